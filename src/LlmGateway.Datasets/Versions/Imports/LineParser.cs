using System.Text.Json;

namespace LlmGateway.Datasets.Versions.Imports;

/// <summary>
/// Reads a line of either form. <c>{"messages": […]}</c>, as for fine-tuning: the last message, when it is the
/// assistant's, becomes the reference, and all other members stay with the input. Or <c>{"input", "reference"}</c>.
/// Both may have <c>rejected</c>, <c>id</c>, <c>metadata</c> and <c>split</c>.
/// </summary>
internal static class LineParser
{
    private const int MaxIdLength = 128;
    private static readonly string[] Common = ["rejected", "id", "metadata", "split"];

    /// <exception cref="LineException">The line cannot be used.</exception>
    public static ItemDraft Parse(byte[] line, int number)
    {
        var value = JsonLine.ReadObject(line);
        var (input, reference) = value.TryGetProperty("messages", out var messages) ? ReadMessages(value, messages) : ReadFields(value);
        return new ItemDraft
        {
            Id = ReadId(value),
            Input = input,
            Reference = reference is { ValueKind: JsonValueKind.Null } ? null : reference,
            Rejected = value.Find("rejected") is { } rejected ? ChatForm.IsMessage(rejected) ? ChatForm.Simplify(rejected) : rejected : null,
            Metadata = ReadMetadata(value),
            Split = ReadSplit(value),
            EpisodeId = EpisodeOf(value.Find("metadata")),
            Line = number,
        };
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

        var rest = line.EnumerateObject().Where(member => member.Name != "messages" && !Common.Contains(member.Name));
        return Divide(messages, rest, isAnswered);
    }

    /// <summary>A conversation and what stands beside it, as an input and, where its last message is the answer, a reference.</summary>
    public static (JsonElement Input, JsonElement? Reference) Divide(JsonElement messages, IEnumerable<JsonProperty> beside, bool isAnswered)
    {
        var input = beside.ToDictionary(member => member.Name, member => member.Value);
        input["messages"] = JsonSerializer.SerializeToElement(
            messages.EnumerateArray().SkipLast(isAnswered ? 1 : 0).ToArray(), DatasetsJsonContext.Default.JsonElementArray);
        return (
            JsonSerializer.SerializeToElement(input, DatasetsJsonContext.Default.DictionaryStringJsonElement),
            isAnswered ? ChatForm.Simplify(messages[messages.GetArrayLength() - 1]) : null);
    }

    private static (JsonElement Input, JsonElement? Reference) ReadFields(JsonElement line)
    {
        if (line.EnumerateObject().Select(member => member.Name).FirstOrDefault(name => name is not ("input" or "reference") && !Common.Contains(name)) is { } unknown)
        {
            throw new LineException($"unknown field '{unknown}': expected 'messages', or 'input' and 'reference', and 'rejected', 'id', 'metadata', 'split'");
        }

        return line.TryGetProperty("input", out var input) && input.ValueKind is JsonValueKind.String or JsonValueKind.Object or JsonValueKind.Array
            ? (input, line.TryGetProperty("reference", out var reference) ? reference : null)
            : throw new LineException("'input' is required: text, messages or an object");
    }

    private static string? ReadId(JsonElement line) =>
        line.Find("id") is not { } id ? null : CheckId(id.ValueKind == JsonValueKind.String ? id.GetString()! : "");

    /// <exception cref="LineException">It is too long, or not text.</exception>
    public static string CheckId(string id) => id.Length is > 0 and <= MaxIdLength && !id.Any(char.IsControl)
        ? id
        : throw new LineException($"'id' must be text of 1 to {MaxIdLength} characters");

    private static JsonElement? ReadMetadata(JsonElement line) => line.Find("metadata") is not { } metadata ? null
        : metadata.ValueKind == JsonValueKind.Object ? metadata : throw new LineException("'metadata' must be an object");

    private static string? ReadSplit(JsonElement line) =>
        line.Find("split") is not { } split ? null : CheckSplit(split.ValueKind == JsonValueKind.String ? split.GetString()! : "");

    /// <exception cref="LineException">There is no such split.</exception>
    public static string CheckSplit(string split) => SplitRule.Names.Contains(split)
        ? split
        : throw new LineException($"'split' must be one of {string.Join(", ", SplitRule.Names)}");

    /// <summary>A file says of which episode a line is by <c>metadata.episode_id</c>.</summary>
    public static string? EpisodeOf(JsonElement? metadata) =>
        metadata?.Find("episode_id") is { ValueKind: JsonValueKind.String } episode ? episode.GetString() : null;
}
