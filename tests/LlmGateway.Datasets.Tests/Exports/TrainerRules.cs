using System.Text.Json;

namespace LlmGateway.Datasets.Tests.Exports;

/// <summary>What trainers demand of a line, as their documents and loaders say.</summary>
internal static class TrainerRules
{
    private static readonly string[] Roles = ["system", "developer", "user", "assistant", "tool"];

    /// <summary>TRL's conversational prompt and completion.</summary>
    public static void Trl(JsonElement line)
    {
        Only(line, ["prompt", "completion"], ["tools"]);
        Conversation(line.GetProperty("prompt"), argumentsAre: JsonValueKind.Object);
        Answer(line.GetProperty("completion"));
    }

    /// <summary>TRL's conversational preference with an explicit prompt.</summary>
    public static void TrlPreference(JsonElement line)
    {
        Only(line, ["prompt", "chosen", "rejected"], ["tools"]);
        Conversation(line.GetProperty("prompt"), argumentsAre: JsonValueKind.Object);
        Answer(line.GetProperty("chosen"));
        Answer(line.GetProperty("rejected"));
    }

    /// <summary>Axolotl's chat_template with its default fields.</summary>
    public static void Axolotl(JsonElement line)
    {
        Only(line, ["messages"], ["tools"]);
        var messages = line.GetProperty("messages");
        Conversation(messages, argumentsAre: JsonValueKind.String);
        Assert.Equal("assistant", messages[messages.GetArrayLength() - 1].Text("role"));
        Assert.All(messages.EnumerateArray(), message => Assert.False(message.TryGetProperty("weight", out _)));
        Assert.All(
            messages.EnumerateArray().Where(message => message.TryGetProperty("train", out _)),
            message => Assert.True(message.GetProperty("train").ValueKind is JsonValueKind.True or JsonValueKind.False));
    }

    /// <summary>LLaMA-Factory's sharegpt: its loader drops a line whose turns do not alternate or end with the other side.</summary>
    public static void LlamaFactory(JsonElement line)
    {
        Only(line, ["conversations"], ["system", "tools"]);
        Assert.Equal(0, Turns(line) % 2);
    }

    /// <summary>The same with two answers.</summary>
    public static void LlamaFactoryPreference(JsonElement line)
    {
        Only(line, ["conversations", "chosen", "rejected"], ["system", "tools"]);
        Assert.Equal(1, Turns(line) % 2);
        Assert.All(["chosen", "rejected"], name => Turn(line.GetProperty(name), 1));
    }

    /// <summary>OpenAI's file of an eval: an object in a member <c>item</c>.</summary>
    public static void Evals(JsonElement line)
    {
        Only(line, ["item"], []);
        Assert.Equal(JsonValueKind.Object, line.GetProperty("item").ValueKind);
    }

    private static int Turns(JsonElement line)
    {
        var turns = line.GetProperty("conversations").EnumerateArray().ToArray();
        foreach (var (index, turn) in turns.Index())
        {
            Turn(turn, index);
        }

        if (line.TryGetProperty("tools", out var tools))
        {
            Assert.Equal(JsonValueKind.Array, JsonElement.Parse(tools.GetString()!).ValueKind);
        }

        return turns.Length;
    }

    private static void Turn(JsonElement turn, int index)
    {
        Only(turn, ["from", "value"], []);
        Assert.Contains(turn.Text("from"), index % 2 == 0 ? (string[])["human", "observation"] : ["gpt", "function_call"]);
        if (turn.Text("from") == "function_call")
        {
            var call = JsonElement.Parse(turn.Text("value")!);
            Assert.All(call.ValueKind == JsonValueKind.Array ? call.EnumerateArray().ToArray() : [call], one => Only(one, ["name", "arguments"], []));
        }
    }

    private static void Answer(JsonElement answer)
    {
        Conversation(answer, argumentsAre: JsonValueKind.Object);
        Assert.Equal("assistant", Assert.Single(answer.EnumerateArray()).Text("role"));
    }

    private static void Conversation(JsonElement messages, JsonValueKind argumentsAre)
    {
        Assert.NotEqual(0, messages.GetArrayLength());
        foreach (var message in messages.EnumerateArray())
        {
            Assert.Contains(message.Text("role"), Roles);
            var calls = message.TryGetProperty("tool_calls", out var made) ? made.EnumerateArray().ToArray() : [];
            Assert.True(calls.Length > 0 || message.GetProperty("content").ValueKind is JsonValueKind.String or JsonValueKind.Array);
            Assert.All(calls, call => Assert.Equal(argumentsAre, call.GetProperty("function").GetProperty("arguments").ValueKind));
        }
    }

    private static void Only(JsonElement value, string[] required, string[] optional)
    {
        var names = value.EnumerateObject().Select(member => member.Name).ToArray();
        Assert.Empty(required.Except(names));
        Assert.Empty(names.Except(required).Except(optional));
    }
}
