using System.Text;
using System.Text.Json;

namespace LlmGateway.Gateway.Dialects.Messages;

/// <summary>The message of a chat completion, made of an answer of Anthropic's.</summary>
/// <param name="answer">The answer.</param>
/// <param name="answersByTool">Whether the text is the input of the tool that stands for the answer's form.</param>
internal sealed class ChatAnswer(JsonElement answer, bool answersByTool)
{
    private readonly List<JsonElement> _calls = [.. answer.Objects("content").Where(block => block.Kind == "tool_use" && !IsAnswer(block, answersByTool))];

    /// <summary>OpenAI's word for why it ended.</summary>
    public string FinishReason => answersByTool && _calls.Count == 0 && answer.Text("stop_reason") == "tool_use"
        ? "stop"
        : StopReasons.ToFinishReason(answer.Text("stop_reason"));

    public static bool IsAnswer(JsonElement block, bool answersByTool) => answersByTool && block.Text("name") == FormatPlan.ToolName;

    public void Write(Utf8JsonWriter json)
    {
        var (text, thoughts) = (new StringBuilder(), new StringBuilder());
        var formed = false;
        foreach (var block in answer.Objects("content"))
        {
            switch (block.Kind)
            {
                case "tool_use" when IsAnswer(block, answersByTool):
                    // What the model wrote around it would make the text no JSON.
                    text.Clear().Append(ToolArguments.ToText(block.Member("input")));
                    formed = true;
                    break;
                case "text" when !formed:
                    text.Append(block.Text("text"));
                    break;
                case "thinking":
                    thoughts.Append(block.Text("thinking"));
                    break;
            }
        }

        json.WriteString("role", "assistant");
        if (text.Length > 0 || _calls.Count == 0)
        {
            json.WriteString("content", text.ToString());
        }
        else
        {
            json.WriteNull("content");
        }

        json.WriteNull("refusal");
        WriteThoughts(json, thoughts);
        if (_calls.Count > 0)
        {
            json.WriteStartArray("tool_calls");
            _calls.ForEach(call => WriteCall(json, call));
            json.WriteEndArray();
        }
    }

    /// <summary>The blocks stand beside their text, because Anthropic wants them back as they are, signed.</summary>
    private void WriteThoughts(Utf8JsonWriter json, StringBuilder thoughts)
    {
        if (thoughts.Length > 0)
        {
            json.WriteString("reasoning_content", thoughts.ToString());
        }

        JsonElement[] blocks = [.. answer.Objects("content").Where(block => block.Kind is "thinking" or "redacted_thinking")];
        if (blocks.Length > 0)
        {
            json.WriteStartArray("thinking_blocks");
            foreach (var block in blocks)
            {
                block.WriteTo(json);
            }

            json.WriteEndArray();
        }
    }

    private static void WriteCall(Utf8JsonWriter json, JsonElement call)
    {
        json.WriteStartObject();
        json.WriteString("id", call.Text("id"));
        json.WriteString("type", "function");
        json.WriteStartObject("function");
        json.WriteString("name", call.Text("name"));
        json.WriteString("arguments", ToolArguments.ToText(call.Member("input")));
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
