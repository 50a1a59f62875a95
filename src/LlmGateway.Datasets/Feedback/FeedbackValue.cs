using System.Text.Json;
using LlmGateway.Datasets.Versions;
using LlmGateway.Service;

namespace LlmGateway.Datasets.Feedback;

/// <summary>A value as it is stored: a number, or text.</summary>
internal sealed record FeedbackValue(double? Number, string? Text)
{
    public const int MaxOptionLength = 200;
    private const int MaxCommentLength = 10_000;

    /// <summary>The type that a value has by itself.</summary>
    /// <exception cref="ApiException">It has none (400).</exception>
    public static string TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => FeedbackType.Boolean,
        JsonValueKind.Number => FeedbackType.Float,
        JsonValueKind.String => FeedbackType.Comment,
        JsonValueKind.Object => FeedbackType.Demonstration,
        _ => throw Bad("Missing or invalid 'value': expected true or false, a number, text, or an assistant message."),
    };

    /// <summary>Reads a value of a metric.</summary>
    /// <exception cref="ApiException">It is of another type than the metric's, none of its options, or malformed (400).</exception>
    public static FeedbackValue Read(JsonElement value, FeedbackMetric metric)
    {
        var options = metric.Type == FeedbackType.Categorical ? metric.ReadOptions() : null;
        var read = Read(value, metric.Name, metric.Type, options);
        return options is null || options.Contains(read.Text)
            ? read
            : throw Bad($"Invalid 'value': it is no option of metric '{metric.Name}'. {HowToSend(metric.Type, options)}");
    }

    /// <summary>Reads a value of a type.</summary>
    /// <param name="value">The value.</param>
    /// <param name="metric">The metric's name.</param>
    /// <param name="type">One of <see cref="FeedbackType"/>.</param>
    /// <param name="options">What the error names as options; null for any.</param>
    /// <exception cref="ApiException">It is of another type, or malformed (400).</exception>
    public static FeedbackValue Read(JsonElement value, string metric, string type, string[]? options)
    {
        var own = TypeOf(value);
        // An option is text, and a demonstration may be given by its text alone.
        if (own != type && !(type is FeedbackType.Demonstration or FeedbackType.Categorical && own == FeedbackType.Comment))
        {
            throw Bad($"Invalid 'value': metric '{metric}' is of type {type}, and this value is {NameOf(own)}. {HowToSend(type, options)}");
        }

        if (!CanonicalJson.IsUnicode(value))
        {
            throw Bad("Invalid 'value': its text is not valid Unicode.");
        }

        return type switch
        {
            FeedbackType.Boolean => new(value.GetBoolean() ? 1 : 0, null),
            FeedbackType.Float => new(ReadNumber(value), null),
            FeedbackType.Categorical => new(null, ReadText(value, MaxOptionLength)),
            FeedbackType.Comment => new(null, ReadText(value, MaxCommentLength)),
            _ => new(null, own == FeedbackType.Comment ? MessageOf(ReadText(value, FeedbackRequest.MaxBodyBytes)) : ReadMessage(value)),
        };
    }

    private static string NameOf(string type) => type switch
    {
        FeedbackType.Boolean => "true or false",
        FeedbackType.Float => "a number",
        FeedbackType.Comment => "text",
        _ => "an object",
    };

    private static string HowToSend(string type, string[]? options) => type switch
    {
        FeedbackType.Boolean => "Send true or false.",
        FeedbackType.Float => "Send a number.",
        FeedbackType.Categorical when options is not null => $"Send one of its options: {string.Join(", ", options)}.",
        FeedbackType.Categorical => "Send an option's text.",
        FeedbackType.Comment => "Send text.",
        _ => "Send an assistant message, or its text.",
    };

    private static double ReadNumber(JsonElement value) => value.TryGetDouble(out var number) && double.IsFinite(number)
        ? number
        : throw Bad("Invalid 'value': the number is out of range.");

    private static string ReadText(JsonElement value, int max) => value.GetString() is { Length: > 0 } text && text.Length <= max && !text.Contains('\0', StringComparison.Ordinal)
        ? text
        : throw Bad($"Invalid 'value': expected 1 to {max} characters, none of them NUL.");

    private static string ReadMessage(JsonElement message)
    {
        var isAssistants = ChatForm.IsMessage(message) && message.GetProperty("role").ValueEquals("assistant");
        var hasContent = message.TryGetProperty("content", out var content) && content.ValueKind is JsonValueKind.String or JsonValueKind.Array;
        return isAssistants && (hasContent || message.TryGetProperty("tool_calls", out _))
            ? message.GetRawText()
            : throw Bad("Invalid 'value': a demonstration is an assistant message, {\"role\": \"assistant\", \"content\": …}, or its text.");
    }

    private static string MessageOf(string text) => JsonSerializer.Serialize(
        new Dictionary<string, string> { ["role"] = "assistant", ["content"] = text }, DatasetsJsonContext.Default.DictionaryStringString);

    private static ApiException Bad(string message) => new(ApiErrors.BadRequest(message, "value"));
}
