using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using LlmGateway.Datasets.Versions.Imports;

namespace LlmGateway.Datasets.Versions.Exports;

/// <summary>
/// LLaMA-Factory's layout <c>sharegpt</c> with its default tags: <c>human</c> and <c>observation</c> in turn with <c>gpt</c> and
/// <c>function_call</c>, whose value is the call, or the list of them, as JSON text. It passes over lines of another form without an
/// error, so that they are refused here.
/// See <see href="https://github.com/hiyouga/LLaMA-Factory/blob/main/data/README.md"/>.
/// </summary>
internal static class ShareGptLines
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <exception cref="LineException">The layout cannot say it.</exception>
    public static void Check(ItemContent item, JsonElement answer)
    {
        foreach (var (index, message) in Turns(item).Append(answer).Index())
        {
            var isAsking = TagOf(message) is "human" or "observation";
            if (isAsking != (index % 2 == 0))
            {
                throw new LineException("users and tools, and the assistant, do not speak in turn");
            }

            ValueOf(message);
        }

        if (SystemOf(item) is { } system)
        {
            TextOf(system);
        }
    }

    /// <summary><c>{"conversations", "system", "tools"}</c>.</summary>
    public static void WriteSupervised(Utf8JsonWriter writer, ItemContent item)
    {
        writer.WriteStartObject();
        WriteTurns(writer, Turns(item).Append(item.Answer!.Value));
        WriteRest(writer, item);
        writer.WriteEndObject();
    }

    /// <summary><c>{"conversations", "chosen", "rejected", "system", "tools"}</c>.</summary>
    public static void WritePreference(Utf8JsonWriter writer, ItemContent item)
    {
        writer.WriteStartObject();
        WriteTurns(writer, Turns(item));
        writer.WritePropertyName("chosen");
        WriteTurn(writer, item.Answer!.Value);
        writer.WritePropertyName("rejected");
        WriteTurn(writer, item.RejectedAnswer!.Value);
        WriteRest(writer, item);
        writer.WriteEndObject();
    }

    private static void WriteTurns(Utf8JsonWriter writer, IEnumerable<JsonElement> turns)
    {
        writer.WriteStartArray("conversations");
        foreach (var turn in turns)
        {
            WriteTurn(writer, turn);
        }

        writer.WriteEndArray();
    }

    private static void WriteTurn(Utf8JsonWriter writer, JsonElement message)
    {
        writer.WriteStartObject();
        writer.WriteString("from", TagOf(message));
        writer.WriteString("value", ValueOf(message));
        writer.WriteEndObject();
    }

    private static void WriteRest(Utf8JsonWriter writer, ItemContent item)
    {
        if (SystemOf(item) is { } system)
        {
            writer.WriteString("system", TextOf(system));
        }

        if (item.Tools is { } tools)
        {
            writer.WriteString("tools", tools.GetRawText());
        }
    }

    private static JsonElement? SystemOf(ItemContent item) => item.Prompt is [var first, ..] && ChatRules.Role(first) is "system" or "developer" ? first : null;

    private static IEnumerable<JsonElement> Turns(ItemContent item) => item.Prompt.Skip(SystemOf(item) is null ? 0 : 1);

    private static string TagOf(JsonElement message) => ChatRules.Role(message) switch
    {
        "user" => "human",
        "tool" or "function" => "observation",
        "assistant" => message.Find("tool_calls") is null ? "gpt" : "function_call",
        var role => throw new LineException($"a message of the role '{role}' is not the first"),
    };

    private static string ValueOf(JsonElement message)
    {
        if (message.Find("tool_calls") is not { } calls)
        {
            return TextOf(message);
        }

        return message.Find("content") is { } content && !content.ValueEquals("")
            ? throw new LineException("the assistant's message has both text and calls")
            : WriteCalls([.. calls.EnumerateArray()]);
    }

    private static string WriteCalls(IReadOnlyList<JsonElement> calls)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Plain))
        {
            if (calls.Count > 1)
            {
                writer.WriteStartArray();
            }

            foreach (var call in calls)
            {
                CalledFunction.Write(writer, call.GetProperty("function"));
            }

            if (calls.Count > 1)
            {
                writer.WriteEndArray();
            }
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static string TextOf(JsonElement message) => message.Find("content") switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        { ValueKind: JsonValueKind.Array } parts => string.Join('\n', parts.EnumerateArray().Select(TextOfPart)),
        _ => throw new LineException("a message has no text"),
    };

    private static string TextOfPart(JsonElement part) => part.Find("type")?.GetString() == "text" && part.Find("text") is { ValueKind: JsonValueKind.String } text
        ? text.GetString()!
        : throw new LineException("a message has a part that is not text");
}
