namespace LlmGateway.Console.Usage;

/// <summary>What one call of a provider, or one answer of a cache, used and cost.</summary>
public sealed record LedgerEntry(
    string Id, string InferenceId, int Attempt, string? KeyId, string? Model, DateTimeOffset CreatedAt, string State, string Cache, int? Status, string? Error,
    long? InputTokens, long? OutputTokens, bool UsageEstimated, double? CostUsd, double? SavedUsd);
