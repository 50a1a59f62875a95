using System.Runtime.InteropServices;
using System.Text.Json;

namespace LlmGateway.Gateway.Batches;

/// <summary>One request of an input file.</summary>
/// <param name="Line">From 1.</param>
/// <param name="CustomId">The caller's name for it.</param>
/// <param name="Model">The model it names; null for none, or for what is no model's name.</param>
/// <param name="Body">As it stands in the line.</param>
internal sealed record BatchRequestLine(int Line, string CustomId, string? Model, byte[] Body)
{
    public const int MaxCustomIdLength = 512;
    private const int MaxModelLength = 256;

    /// <exception cref="BatchLineException">It is no request, and why.</exception>
    public static BatchRequestLine Read(InputLine line, string endpoint)
    {
        if (line.Text is null)
        {
            throw new BatchLineException("line_too_long", "The line is longer than a request may be (Gateway:MaxRequestBytes).", null);
        }

        using var json = Parse(line.Text);
        var root = json.RootElement;
        var customId = Text(root, "custom_id");
        if (customId.Length is 0 or > MaxCustomIdLength)
        {
            throw new BatchLineException("invalid_custom_id", $"'custom_id' must have 1 to {MaxCustomIdLength} characters.", "custom_id");
        }

        Expect(root, "method", "POST", "invalid_method");
        Expect(root, "url", endpoint, "mismatched_url");
        var body = Member(root, "body");
        if (body.ValueKind != JsonValueKind.Object)
        {
            throw new BatchLineException("invalid_body", "'body' must be an object.", "body");
        }

        if (body.TryGetProperty("stream", out var stream) && stream.ValueKind == JsonValueKind.True)
        {
            throw new BatchLineException("stream_not_supported", "A batch's answers are not streamed: leave 'stream' out.", "body.stream");
        }

        var model = body.TryGetProperty("model", out _) ? Text(body, "model") : null;
        return new BatchRequestLine(line.Number, customId, model?.Length <= MaxModelLength ? model : null, JsonMarshal.GetRawUtf8Value(body).ToArray());
    }

    private static JsonDocument Parse(byte[] line)
    {
        try
        {
            var json = JsonDocument.Parse(line);
            if (json.RootElement.ValueKind == JsonValueKind.Object)
            {
                return json;
            }

            json.Dispose();
        }
        catch (JsonException)
        {
            // As for a line that is something else than an object.
        }

        throw new BatchLineException("invalid_json_line", "The line is not a JSON object.", null);
    }

    private static JsonElement Member(JsonElement root, string name) => root.TryGetProperty(name, out var value)
        ? value
        : throw new BatchLineException("missing_required_parameter", $"Missing required parameter: '{name}'.", name);

    private static string Text(JsonElement root, string name)
    {
        var value = Member(root, name);
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Invalid();
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            throw Invalid();
        }

        BatchLineException Invalid() => new($"invalid_{name}", $"'{name}' must be a text.", name);
    }

    private static void Expect(JsonElement root, string name, string expected, string code)
    {
        if (Text(root, name) != expected)
        {
            throw new BatchLineException(code, $"'{name}' must be '{expected}', as this batch's endpoint has it.", name);
        }
    }
}

/// <summary>A line is no request.</summary>
internal sealed class BatchLineException(string code, string message, string? param) : Exception(message)
{
    public BatchError At(int line) => new(code, Message, param, line);
}
