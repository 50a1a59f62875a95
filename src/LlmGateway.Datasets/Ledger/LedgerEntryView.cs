using System.Text.Json.Serialization;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Datasets.Inferences;
using LlmGateway.Service;

namespace LlmGateway.Datasets.Ledger;

/// <summary>An entry as <c>/v1/ledger</c> shows it.</summary>
internal sealed record LedgerEntryView
{
    public string Object { get; } = "ledger.entry";

    public required string Id { get; init; }

    public required Guid InferenceId { get; init; }

    public required int Attempt { get; init; }

    public required string? KeyId { get; init; }

    public required string? Model { get; init; }

    public required DateTime CreatedAt { get; init; }

    public required string State { get; init; }

    public required string Cache { get; init; }

    public required int? Status { get; init; }

    public required string? Error { get; init; }

    public required long? InputTokens { get; init; }

    public required long? CachedInputTokens { get; init; }

    public required long? CacheWriteTokens { get; init; }

    [JsonPropertyName("cache_write_1h_tokens")]
    public required long? CacheWrite1hTokens { get; init; }

    public required long? AudioInputTokens { get; init; }

    public required long? OutputTokens { get; init; }

    public required long? ReasoningTokens { get; init; }

    public required long? AudioOutputTokens { get; init; }

    public required bool UsageEstimated { get; init; }

    public required decimal? CostUsd { get; init; }

    public required decimal? SavedUsd { get; init; }

    public static string NameOf(AccountState state) => state.ToString().ToLowerInvariant();

    public static LedgerEntryView Of(LedgerEntry row) => new()
    {
        Id = new LedgerPlace(row.InferenceId, row.Attempt).ToString(),
        InferenceId = row.InferenceId,
        Attempt = row.Attempt,
        KeyId = row.KeyId,
        Model = row.Model,
        CreatedAt = UnixMicros.ToTime(row.CreatedAtMicros).UtcDateTime,
        State = NameOf(row.State),
        Cache = InferenceNames.Of(row.Cache),
        Status = row.Status,
        Error = row.Error,
        InputTokens = row.InputTokens,
        CachedInputTokens = row.CachedInputTokens,
        CacheWriteTokens = row.CacheWriteTokens,
        CacheWrite1hTokens = row.CacheWrite1hTokens,
        AudioInputTokens = row.AudioInputTokens,
        OutputTokens = row.OutputTokens,
        ReasoningTokens = row.ReasoningTokens,
        AudioOutputTokens = row.AudioOutputTokens,
        UsageEstimated = row.Estimated,
        CostUsd = Money.ToUsd(row.CostNanoUsd),
        SavedUsd = Money.ToUsd(row.SavedNanoUsd),
    };
}
