using LlmGateway.Gateway.Caching;
using LlmGateway.Gateway.Requests;
using LlmGateway.Gateway.SemanticCaching.Caches;
using LlmGateway.Gateway.SemanticCaching.Entries;

namespace LlmGateway.Gateway.SemanticCaching;

/// <summary>A request as a semantic cache sees it: a partition that it must share, and a text that it must resemble.</summary>
/// <param name="Partition">SHA-256 of all but the question, in hex.</param>
/// <param name="Text">The question.</param>
internal sealed record SemanticQuestion(string Partition, string Text)
{
    /// <summary>Longer texts are left out: their vectors say little of what is asked.</summary>
    public const int MaxTextLength = 8000;

    private const int MaxBodyBytes = 1 << 20;

    /// <summary>Reads a request.</summary>
    /// <param name="cache">The cache that it is for.</param>
    /// <param name="call">The call.</param>
    /// <param name="cacheNamespace">The caller's namespace.</param>
    /// <param name="leftOut">Why there is no question: a word for the metric.</param>
    public static SemanticQuestion? Read(SemanticCache cache, InferenceCall call, string cacheNamespace, out string? leftOut)
    {
        leftOut = ReasonBeforeReading(cache, call);
        if (leftOut is not null)
        {
            return null;
        }

        try
        {
            using var body = RequestBody.Parse(call);
            leftOut = body.ReasonToLeaveOut(cache.Policy);
            if (leftOut is not null)
            {
                return null;
            }

            var first = body.FirstEmbedded(cache.Policy.EmbeddedTurns);
            var text = body.TextFrom(first);
            leftOut = string.IsNullOrWhiteSpace(text) ? "no_question" : text.Length > MaxTextLength ? "long" : null;
            return leftOut is null ? new SemanticQuestion(PartitionHash.Of(cache, call, cacheNamespace, body, first), text) : null;
        }
        catch (InvalidOperationException)
        {
            // An escape that is JSON by its grammar but no text, such as a lone surrogate.
            leftOut = "no_text";
            return null;
        }
    }

    public SemanticPartition ToRow(SemanticCache cache, InferenceCall call) => new()
    {
        CacheId = cache.Id,
        Id = Partition,
        Model = call.Scan.Model,
        Deployment = call.Deployment!.Name,
        PromptId = call.Prompt?.Id,
        PromptVersion = call.Prompt?.Version,
        CreatedAt = call.CreatedAt.ToUnixTimeSeconds(),
    };

    private static string? ReasonBeforeReading(SemanticCache cache, InferenceCall call) =>
        call.Operation != Operation.ChatCompletions && call.Operation != Operation.Responses ? "operation"
        : call.Scan.Store == false ? "store"
        : call.Deployment!.Cache == CachePolicy.Off ? "route"
        : (call.Scan.Temperature ?? 1) > cache.Policy.MaxTemperature ? "temperature"
        : call.Request!.Length > MaxBodyBytes ? "long"
        : null;
}
