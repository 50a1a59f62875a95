using LlmGateway.Contracts.Gateway;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Datasets.Ledger;

/// <summary>
/// One call of a provider in the ledger, or one answer of a cache: what was used and what it cost. It is written with its
/// call's row, once, and never changed. Unknown tokens and an unknown cost are null: absent is not zero.
/// </summary>
internal sealed class LedgerEntry
{
    /// <summary>The attempt's number of an answer that came from a cache: no provider was called.</summary>
    public const int FromCache = 0;

    public required Guid InferenceId { get; init; }

    /// <summary>From 1; <see cref="FromCache"/> where no provider was called.</summary>
    public required int Attempt { get; init; }

    public required string ProjectId { get; init; }

    public string? KeyId { get; init; }

    /// <summary><c>provider/model</c>.</summary>
    public string? Model { get; init; }

    /// <summary>The start of the call, so that its entries are of one day, whatever the clock says at the second attempt.</summary>
    public long CreatedAtMicros { get; init; }

    public AccountState State { get; init; }

    public CacheResult Cache { get; init; }

    public int? Status { get; init; }

    public string? Error { get; init; }

    public long? InputTokens { get; init; }

    public long? CachedInputTokens { get; init; }

    public long? CacheWriteTokens { get; init; }

    public long? CacheWrite1hTokens { get; init; }

    public long? AudioInputTokens { get; init; }

    public long? OutputTokens { get; init; }

    public long? ReasoningTokens { get; init; }

    public long? AudioOutputTokens { get; init; }

    public bool Estimated { get; init; }

    public long? CostNanoUsd { get; init; }

    public long? SavedNanoUsd { get; init; }

    /// <summary>The entries of a call.</summary>
    public static IReadOnlyList<LedgerEntry> Of(InferenceRecord record)
    {
        if (record.Attempts.Count == 0)
        {
            return record.Cache is CacheResult.Hit or CacheResult.Shared or CacheResult.Semantic ? [OfCached(record)] : [];
        }

        var entries = new LedgerEntry[record.Attempts.Count];
        for (var index = 0; index < entries.Length; index++)
        {
            var attempt = record.Attempts[index];
            entries[index] = Of(record, index + 1, attempt, attempt.Account ?? AccountOf(record, index));
        }

        return entries;
    }

    private static LedgerEntry Of(InferenceRecord record, int number, InferenceAttempt attempt, InferenceAccount account) => new()
    {
        InferenceId = record.Id,
        Attempt = number,
        ProjectId = record.ProjectId,
        KeyId = record.KeyId,
        Model = $"{attempt.Provider}/{attempt.Model}",
        CreatedAtMicros = record.CreatedAtMicros,
        State = account.State,
        Cache = record.Cache,
        Status = attempt.Status,
        Error = attempt.Error,
        InputTokens = account.InputTokens,
        CachedInputTokens = account.CachedInputTokens,
        CacheWriteTokens = account.CacheWriteTokens,
        CacheWrite1hTokens = account.CacheWrite1hTokens,
        AudioInputTokens = account.AudioInputTokens,
        OutputTokens = account.OutputTokens,
        ReasoningTokens = account.ReasoningTokens,
        AudioOutputTokens = account.AudioOutputTokens,
        Estimated = account.Estimated,
        CostNanoUsd = account.CostNanoUsd,
    };

    /// <summary>Its tokens were paid by the call that brought the answer.</summary>
    private static LedgerEntry OfCached(InferenceRecord record) => new()
    {
        InferenceId = record.Id,
        Attempt = FromCache,
        ProjectId = record.ProjectId,
        KeyId = record.KeyId,
        Model = record.Model,
        CreatedAtMicros = record.CreatedAtMicros,
        State = AccountState.Settled,
        Cache = record.Cache,
        InputTokens = record.InputTokens,
        CachedInputTokens = record.CachedInputTokens,
        OutputTokens = record.OutputTokens,
        ReasoningTokens = record.ReasoningTokens,
        Estimated = record.UsageEstimated,
        CostNanoUsd = record.CostNanoUsd,
        SavedNanoUsd = record.SavedNanoUsd,
    };

    /// <summary>A record of a version that accounted for calls only: the last attempt answered, and what is known is its.</summary>
    private static InferenceAccount AccountOf(InferenceRecord record, int index) =>
        index < record.Attempts.Count - 1 || (record.InputTokens is null && record.OutputTokens is null && record.Outcome != InferenceOutcome.Completed)
            ? new InferenceAccount { State = AccountState.Released }
            : new InferenceAccount
            {
                State = AccountState.Settled,
                InputTokens = record.InputTokens,
                CachedInputTokens = record.CachedInputTokens,
                OutputTokens = record.OutputTokens,
                ReasoningTokens = record.ReasoningTokens,
                Estimated = record.UsageEstimated,
                CostNanoUsd = record.CostNanoUsd,
            };
}

internal sealed class LedgerEntryConfiguration : IEntityTypeConfiguration<LedgerEntry>
{
    public void Configure(EntityTypeBuilder<LedgerEntry> builder)
    {
        builder.ToTable("ledger");
        builder.HasKey(row => new { row.InferenceId, row.Attempt });
        builder.HasIndex(row => new { row.ProjectId, row.InferenceId });
    }
}
