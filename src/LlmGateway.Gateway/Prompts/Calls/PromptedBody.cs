using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using LlmGateway.Gateway.Requests;

namespace LlmGateway.Gateway.Prompts.Calls;

/// <summary>
/// The request that a prompt and its caller make together: the prompt's messages, then the request's own; the prompt's
/// parameters, unless the request has them. The request's own values are copied byte by byte.
/// </summary>
internal static class PromptedBody
{
    private const int InitialRoom = 4096;
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,

        // A list's own items are copied all at once.
        SkipValidation = true,
    };

    /// <summary>Both limit the answer: a provider refuses a request that has both.</summary>
    private static readonly string[] OutputLimits = ["max_tokens", "max_completion_tokens"];

    /// <param name="body">The request, which has been scanned.</param>
    /// <param name="operation">Chat completions or responses.</param>
    /// <param name="model">The model that is to answer.</param>
    /// <param name="messages">The prompt's messages.</param>
    /// <param name="members">What the prompt gives besides.</param>
    public static ReadOnlyMemory<byte> Compose(
        ReadOnlySpan<byte> body, Operation operation, string model, IReadOnlyList<PromptMessage> messages, IReadOnlyList<PromptMember> members)
    {
        var output = new ArrayBufferWriter<byte>(body.Length + InitialRoom);
        using var writer = new Utf8JsonWriter(output, Options);
        var list = operation == Operation.Responses ? "input" : "messages";
        writer.WriteStartObject();
        writer.WriteString("model", model);
        var (names, items) = CopyOwn(body, list, writer);
        foreach (var member in members.Where(member => !Has(names, member.Name)))
        {
            writer.WritePropertyName(member.Name);
            writer.WriteRawValue(member.Json, skipInputValidation: true);
        }

        writer.WriteStartArray(list);
        foreach (var message in messages)
        {
            WriteMessage(writer, message.Role, message.Content);
        }

        WriteOwnItems(writer, body[items.Start..items.End]);
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return output.WrittenMemory;
    }

    /// <returns>The names of the request's members, and where its own list stands.</returns>
    private static (List<string> Names, ByteRange Items) CopyOwn(ReadOnlySpan<byte> body, string list, Utf8JsonWriter writer)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = RequestScanner.MaxDepth });
        var names = new List<string>();
        ByteRange items = default;
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            var value = new ByteRange(start, (int)reader.BytesConsumed);
            if (name == list)
            {
                items = value;
            }
            else if (name is not ("model" or "prompt"))
            {
                names.Add(name);
                writer.WritePropertyName(name);
                writer.WriteRawValue(body[value.Start..value.End], skipInputValidation: true);
            }
        }

        return (names, items);
    }

    private static bool Has(List<string> names, string name) =>
        names.Contains(name) || (OutputLimits.Contains(name) && OutputLimits.Any(names.Contains));

    private static void WriteMessage(Utf8JsonWriter writer, string role, string content)
    {
        writer.WriteStartObject();
        writer.WriteString("role", role);
        writer.WriteString("content", content);
        writer.WriteEndObject();
    }

    /// <summary>A list's items, or the responses API's bare text, which is a user's message.</summary>
    private static void WriteOwnItems(Utf8JsonWriter writer, ReadOnlySpan<byte> value)
    {
        if (value.Length == 0 || value[0] is (byte)'n')
        {
            return;
        }

        if (value[0] == (byte)'"')
        {
            writer.WriteStartObject();
            writer.WriteString("role", "user");
            writer.WritePropertyName("content");
            writer.WriteRawValue(value, skipInputValidation: true);
            writer.WriteEndObject();
            return;
        }

        var inner = value[1..^1].Trim(" \t\r\n"u8);
        if (inner.Length > 0)
        {
            writer.WriteRawValue(inner, skipInputValidation: true);
        }
    }
}
