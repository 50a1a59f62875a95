using LlmGateway.Gateway.Pricing;

namespace LlmGateway.Gateway.Caching;

/// <summary>A complete answer in its JSON form, whichever way it came.</summary>
internal sealed record CachedAnswer(
    byte[] Json, string Provider, string Model, string? BodyId, string? FinishReason, TokenCounts Usage, bool UsageEstimated,
    DateTimeOffset StoredAt, DateTimeOffset ExpiresAt)
{
    private byte[]? _sse;
    private byte[]? _sseWithUsage;

    /// <summary>The answer as a stream; made at the first wish for it.</summary>
    public byte[] ToSse(string operation, bool includeUsage) => includeUsage
        ? _sseWithUsage ??= OpenAI.StreamReplayer.ToSse(operation, Json, includeUsage: true)
        : _sse ??= OpenAI.StreamReplayer.ToSse(operation, Json, includeUsage: false);

    /// <summary>Bytes it may take in memory: the JSON, and both streams that may be made of it.</summary>
    public long Size => (Json.Length * 6L) + 512;
}
