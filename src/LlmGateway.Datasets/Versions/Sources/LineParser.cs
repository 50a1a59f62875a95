using System.Text.Json;

namespace LlmGateway.Datasets.Versions.Sources;

/// <summary>What is wrong with a line.</summary>
internal sealed class LineException(string message) : Exception(message);

/// <summary>
/// Reads a line of either form. <c>{"messages": […]}</c>, as for fine-tuning: the last message, when it is the
/// assistant's, becomes the reference, and all other members stay with the input. Or <c>{"input", "reference"}</c>.
/// Both may have <c>id</c>, <c>metadata</c> and <c>split</c>.
/// </summary>
internal static class LineParser
{
    private const int MaxIdLength = 128;
    private static readonly string[] Common = ["id", "metadata", "split"];

    /// <exception cref="LineException">The line cannot be used.</exception>
    public static ItemDraft Parse(byte[] line, int number)
    {
        var value = ReadObject(line);
        var (input, reference) = value.TryGetProperty("messages", out var messages) ? ReadMessages(value, messages) : ReadFields(value);
        return new ItemDraft
        {
            Id = ReadId(value),
            Input = input,
            Reference = reference is { ValueKind: JsonValueKind.Null } ? null : reference,
            Metadata = ReadMetadata(value),
            Split = ReadSplit(value),
            EpisodeId = EpisodeOf(value),
            Line = number,
        };
    }

    private static JsonElement ReadObject(byte[] line)
    {
        try
        {
            var value = JsonElement.Parse(line);
            return value.ValueKind != JsonValueKind.Object ? throw new LineException("expected a JSON object")
                : CanonicalJson.IsUnicode(value) ? value
                : throw new LineException("its text is not valid Unicode");
        }
        catch (JsonException exception)
        {
            throw new LineException($"not valid JSON at byte {exception.BytePositionInLine}");
        }
    }

    private static (JsonElement Input, JsonElement? Reference) ReadMessages(JsonElement line, JsonElement messages)
    {
        if (line.TryGetProperty("input", out _) || line.TryGetProperty("reference", out _))
        {
            throw new LineException("expected either 'messages' or 'input' and 'reference'");
        }

        if (messages.ValueKind != JsonValueKind.Array || messages.GetArrayLength() == 0)
        {
            throw new LineException("'messages' must be an array with at least one message");
        }

        if (messages.EnumerateArray().Index().Where(message => !ChatForm.IsMessage(message.Item)).Select(message => message.Index).ToArray() is [var at, ..])
        {
            throw new LineException($"'messages[{at}]' must be an object with a 'role'");
        }

        var last = messages[messages.GetArrayLength() - 1];
        var isAnswered = last.GetProperty("role").ValueEquals("assistant");
        if (isAnswered && messages.GetArrayLength() == 1)
        {
            throw new LineException("'messages' has nothing before the assistant's answer");
        }

        var rest = line.EnumerateObject().Where(member => member.Name != "messages" && !Common.Contains(member.Name))
            .ToDictionary(member => member.Name, member => member.Value);
        rest["messages"] = JsonSerializer.SerializeToElement(
            messages.EnumerateArray().SkipLast(isAnswered ? 1 : 0).ToArray(), DatasetsJsonContext.Default.JsonElementArray);
        return (JsonSerializer.SerializeToElement(rest, DatasetsJsonContext.Default.DictionaryStringJsonElement), isAnswered ? ChatForm.Simplify(last) : null);
    }

    private static (JsonElement Input, JsonElement? Reference) ReadFields(JsonElement line)
    {
        if (line.EnumerateObject().Select(member => member.Name).FirstOrDefault(name => name is not ("input" or "reference") && !Common.Contains(name)) is { } unknown)
        {
            throw new LineException($"unknown field '{unknown}': expected 'messages', or 'input' and 'reference', and 'id', 'metadata', 'split'");
        }

        return line.TryGetProperty("input", out var input) && input.ValueKind is JsonValueKind.String or JsonValueKind.Object or JsonValueKind.Array
            ? (input, line.TryGetProperty("reference", out var reference) ? reference : null)
            : throw new LineException("'input' is required: text, messages or an object");
    }

    private static string? ReadId(JsonElement line) => !line.TryGetProperty("id", out var id) || id.ValueKind == JsonValueKind.Null
        ? null
        : id.ValueKind == JsonValueKind.String && id.GetString() is { Length: > 0 and <= MaxIdLength } text && !text.Any(char.IsControl)
            ? text
            : throw new LineException($"'id' must be text of 1 to {MaxIdLength} characters");

    private static JsonElement? ReadMetadata(JsonElement line) => !line.TryGetProperty("metadata", out var metadata) || metadata.ValueKind == JsonValueKind.Null
        ? null
        : metadata.ValueKind == JsonValueKind.Object ? metadata : throw new LineException("'metadata' must be an object");

    private static string? ReadSplit(JsonElement line) => !line.TryGetProperty("split", out var split) || split.ValueKind == JsonValueKind.Null
        ? null
        : split.ValueKind == JsonValueKind.String && SplitRule.Names.Contains(split.GetString())
            ? split.GetString()
            : throw new LineException($"'split' must be one of {string.Join(", ", SplitRule.Names)}");

    /// <summary>A file says of which episode a line is by <c>metadata.episode_id</c>.</summary>
    private static string? EpisodeOf(JsonElement line) =>
        line.TryGetProperty("metadata", out var metadata) && metadata.ValueKind == JsonValueKind.Object
        && metadata.TryGetProperty("episode_id", out var episode) && episode.ValueKind == JsonValueKind.String ? episode.GetString() : null;
}
