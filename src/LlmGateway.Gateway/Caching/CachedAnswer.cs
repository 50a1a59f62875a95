using LlmGateway.Gateway.Pricing;
using LlmGateway.OpenAI;

namespace LlmGateway.Gateway.Caching;

/// <summary>A complete answer in its JSON form, whichever way it came.</summary>
internal sealed record CachedAnswer(
    byte[] Json, string Provider, string Model, string? BodyId, string? FinishReason, TokenCounts Usage, bool UsageEstimated,
    DateTimeOffset StoredAt, DateTimeOffset ExpiresAt)
{
    private byte[]? _sse;
    private byte[]? _sseWithUsage;

    /// <summary>The answer that a call got.</summary>
    /// <param name="call">A call that has ended.</param>
    /// <param name="now">When the answer came.</param>
    /// <param name="ttl">How long it is good.</param>
    /// <returns>Null when the call did not end well, or its answer is not whole.</returns>
    public static CachedAnswer? Of(InferenceCall call, DateTimeOffset now, TimeSpan ttl)
    {
        if (!call.CanBeKept)
        {
            return null;
        }

        var json = call.Response.Memory.ToArray();
        if (call.IsSse && !(StreamAssembler.TryAssemble(call.Operation.Name, call.Response.Span, out json, out var complete) && complete))
        {
            return null;
        }

        ref var facts = ref call.Facts;
        return new CachedAnswer(
            json, call.Deployment!.Provider.Name, call.Deployment.Model, facts.Id, facts.FinishReason,
            TokenCounts.Of(facts),
            call.UsageEstimated, now, now + ttl);
    }

    /// <summary>The answer as a stream; made at the first wish for it.</summary>
    public byte[] ToSse(string operation, bool includeUsage) => includeUsage
        ? _sseWithUsage ??= StreamReplayer.ToSse(operation, Json, includeUsage: true)
        : _sse ??= StreamReplayer.ToSse(operation, Json, includeUsage: false);

    /// <summary>Bytes it may take in memory: the JSON, and both streams that may be made of it.</summary>
    public long Size => (Json.Length * 6L) + 512;
}
