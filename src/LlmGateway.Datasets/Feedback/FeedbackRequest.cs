using System.Text.Json;
using System.Text.Json.Serialization;
using LlmGateway.Datasets.Inferences;
using LlmGateway.Service;

namespace LlmGateway.Datasets.Feedback;

/// <summary>The body of <c>POST /v1/feedback</c>.</summary>
/// <param name="InferenceId">The id of the call's <c>x-llmgateway-inference-id</c>, or of the answer's body.</param>
/// <param name="EpisodeId">Instead of it: an episode.</param>
/// <param name="Metric">1 to 64 letters, digits, <c>_</c>, <c>-</c>, <c>.</c></param>
/// <param name="Value">True or false, a number, an option, a comment's text, or an assistant message.</param>
/// <param name="Comment">At most 10,000 characters.</param>
/// <param name="Tags">Within the limits of metadata.</param>
/// <param name="IdempotencyKey">At most 256 characters: what is sent again under the same key counts once.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record FeedbackRequest(
    string? InferenceId,
    string? EpisodeId,
    string? Metric,
    JsonElement Value,
    string? Comment,
    Dictionary<string, string>? Tags,
    string? IdempotencyKey)
{
    /// <summary>Largest body, for a demonstration of as many bytes.</summary>
    public const int MaxBodyBytes = 1 << 20;

    /// <summary>The member that is the idempotency key.</summary>
    public const string KeyField = "idempotency_key";

    public const int MaxMetricLength = 64;
    private const int MaxCommentLength = 10_000;
    private const int MaxIdLength = 256;

    /// <summary>Checks what does not depend on the metric's type.</summary>
    /// <param name="keyField">How the sender calls the idempotency key.</param>
    /// <exception cref="ApiException">A field is missing or malformed (400).</exception>
    public void Check(string keyField)
    {
        if (InferenceId is null == EpisodeId is null)
        {
            throw Bad("Expected one of 'inference_id' (an inference's or an answer's id) and 'episode_id'.", "inference_id");
        }

        CheckText(InferenceId, "inference_id", 1, MaxIdLength);
        CheckText(EpisodeId, "episode_id", 1, MaxIdLength);
        CheckMetric(Metric, "metric");
        CheckText(Comment, "comment", 1, MaxCommentLength);
        CheckText(IdempotencyKey, keyField, 1, MaxIdLength);
        MetadataRules.Check(Tags, "tags");
    }

    /// <exception cref="ApiException">It is no name of a metric (400).</exception>
    public static void CheckMetric(string? metric, string param)
    {
        var expected = $"expected 1 to {MaxMetricLength} letters, digits, '_', '-' or '.'.";
        if (metric is null)
        {
            throw Bad($"Missing '{param}': {expected}", param);
        }

        if (metric is not { Length: > 0 and <= MaxMetricLength } || !metric.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.'))
        {
            throw Bad($"Invalid '{param}': {expected}", param);
        }
    }

    private static void CheckText(string? text, string param, int min, int max)
    {
        if (text is not null && (text.Length < min || text.Length > max || text.Contains('\0', StringComparison.Ordinal)))
        {
            throw Bad($"Invalid '{param}': expected {min} to {max} characters, none of them NUL.", param);
        }
    }

    private static ApiException Bad(string message, string param) => new(ApiErrors.BadRequest(message, param));
}
