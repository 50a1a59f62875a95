using System.Globalization;
using System.Text;
using System.Text.Json;

namespace LlmGateway.Evaluation.Sampling.Blocks;

/// <summary>Writes messages anew with what the blocks add. All else of them stays as it was.</summary>
internal static class MessageWriting
{
    /// <param name="messages">A list of messages.</param>
    /// <param name="last">The place of the last user's message.</param>
    /// <param name="turns">Questions and answers that go before the last user's message.</param>
    /// <param name="passages">Passages that go into it, before its own text.</param>
    public static JsonElement Write(JsonElement messages, int last, IReadOnlyList<(string Question, string Answer)> turns, IReadOnlyList<string> passages)
    {
        return JsonText.Parse(JsonText.Write(writer =>
        {
            writer.WriteStartArray();
            foreach (var (index, message) in messages.EnumerateArray().Index())
            {
                if (index == last)
                {
                    WriteTurns(writer, turns);
                    WriteAsked(writer, message, passages);
                }
                else
                {
                    message.WriteTo(writer);
                }
            }

            writer.WriteEndArray();
        }));
    }

    private static void WriteTurns(Utf8JsonWriter writer, IReadOnlyList<(string Question, string Answer)> turns)
    {
        foreach (var (question, answer) in turns)
        {
            WriteText(writer, "user", question);
            WriteText(writer, "assistant", answer);
        }
    }

    private static void WriteText(Utf8JsonWriter writer, string role, string content)
    {
        writer.WriteStartObject();
        writer.WriteString("role", role);
        writer.WriteString("content", content);
        writer.WriteEndObject();
    }

    private static void WriteAsked(Utf8JsonWriter writer, JsonElement message, IReadOnlyList<string> passages)
    {
        if (passages.Count == 0)
        {
            message.WriteTo(writer);
            return;
        }

        writer.WriteStartObject();
        foreach (var member in message.EnumerateObject())
        {
            writer.WritePropertyName(member.Name);
            if (member.Name == "content")
            {
                WriteContent(writer, member.Value, Introduction(passages));
            }
            else
            {
                member.Value.WriteTo(writer);
            }
        }

        writer.WriteEndObject();
    }

    private static void WriteContent(Utf8JsonWriter writer, JsonElement content, string introduction)
    {
        if (content.ValueKind != JsonValueKind.Array)
        {
            writer.WriteStringValue($"{introduction}{content.GetString()}");
            return;
        }

        writer.WriteStartArray();
        writer.WriteStartObject();
        writer.WriteString("type", "text");
        writer.WriteString("text", introduction);
        writer.WriteEndObject();
        foreach (var part in content.EnumerateArray())
        {
            part.WriteTo(writer);
        }

        writer.WriteEndArray();
    }

    /// <summary>The numbers are what an answer can cite; <c>sample.retrieved</c> tells which items they are.</summary>
    private static string Introduction(IReadOnlyList<string> passages)
    {
        var text = new StringBuilder("Context:\n\n");
        foreach (var (index, passage) in passages.Index())
        {
            text.Append(CultureInfo.InvariantCulture, $"Source [{index + 1}]: {passage}\n\n");
        }

        return text.Append("Question:\n").ToString();
    }
}
