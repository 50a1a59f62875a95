using LlmGateway.Contracts.Gateway;
using LlmGateway.Datasets.Ledger;
using LlmGateway.Service;

namespace LlmGateway.Datasets.Inferences;

/// <summary>What happened to a call and why: <c>GET /v1/inferences/{id}/explain</c>.</summary>
internal sealed record ExplanationView
{
    public string Object { get; } = "inference.explanation";

    public required Guid InferenceId { get; init; }

    public required DateTime CreatedAt { get; init; }

    public required string Outcome { get; init; }

    public required int Status { get; init; }

    public required string? ErrorCode { get; init; }

    /// <summary>The version of the configuration in force; null where the gateway did not tell.</summary>
    public required string? Configuration { get; init; }

    public required RoutingView Routing { get; init; }

    public required CacheView Cache { get; init; }

    public required IReadOnlyList<LimitView> Limits { get; init; }

    /// <summary>What the gateway found: guardrails, a schema's check.</summary>
    public required IReadOnlyList<InferenceScore> Checks { get; init; }

    /// <summary>In their order; empty where no provider was called.</summary>
    public required IReadOnlyList<AttemptExplanation> Attempts { get; init; }

    public required CostView Cost { get; init; }

    public static ExplanationView Of(Inference row, IReadOnlyList<LedgerEntry> entries)
    {
        var told = InferenceExplanations.Read(row.Explanation);
        var attempts = InferenceAttempts.Read(row.Attempts);
        return new ExplanationView
        {
            InferenceId = row.Id,
            CreatedAt = UnixMicros.ToTime(row.CreatedAtMicros).UtcDateTime,
            Outcome = InferenceNames.Of(row.Outcome),
            Status = row.Status,
            ErrorCode = row.ErrorCode,
            Configuration = told?.Configuration,
            Routing = RoutingView.Of(row, told?.Routing),
            Cache = new CacheView(InferenceNames.Of(row.Cache), told?.CacheReason, Money.ToUsd(entries.FirstOrDefault(entry => entry.Attempt == LedgerEntry.FromCache)?.SavedNanoUsd)),
            Limits = [.. (told?.Limits ?? []).Select(LimitView.Of)],
            Checks = InferenceScores.Read(row.Scores),
            Attempts = [.. attempts.Select((attempt, index) => AttemptExplanation.Of(index + 1, attempt, entries.FirstOrDefault(entry => entry.Attempt == index + 1)))],
            Cost = new CostView(Money.ToUsd(row.CostNanoUsd), row.UsageEstimated),
        };
    }
}

/// <summary>How a name became a model.</summary>
internal sealed record RoutingView(
    string Requested, string? Route, string? Rule, string? Group, string? Policy, string? Target, string Reason, IReadOnlyList<InferenceCandidate> PassedOver, string? Answered)
{
    public static RoutingView Of(Inference row, InferenceRouting? routing) => routing is null
        ? new RoutingView(row.RequestedModel, null, null, null, null, row.Model, ReasonOf(row), [], row.Model)
        : new RoutingView(
            row.RequestedModel, routing.Route, routing.Rule, routing.Group, routing.Policy, routing.Target, routing.Reason ?? ReasonOf(row), routing.PassedOver ?? [], row.Model);

    private static string ReasonOf(Inference row) =>
        row.Model is null ? "no model was reached"
        : row.Model == row.RequestedModel ? "the request named it"
        : row.PromptId is not null ? "the prompt, or the name it was called by, stands for it"
        : "the requested name stands for it";
}

/// <param name="Result">What the cache did.</param>
/// <param name="Reason">Why it was passed by; null where it was not, and where the gateway did not tell.</param>
/// <param name="SavedUsd">What the answer would have cost; null for an answer of a provider.</param>
internal sealed record CacheView(string Result, string? Reason, decimal? SavedUsd);

/// <summary>What a limit had to say.</summary>
internal sealed record LimitView(string Rule, string Scope, string Measure, string? Window, long Limit, long? Used, long? Reserved, long? Settled, string Verdict)
{
    public static LimitView Of(InferenceLimit limit) =>
        new(limit.Rule, limit.Scope, limit.Measure, limit.Window, limit.Limit, limit.Used, limit.Reserved, limit.Settled, limit.Verdict);
}

/// <summary>One call of a provider: where, why, how long, and what it used and cost.</summary>
internal sealed record AttemptExplanation
{
    private const double MicrosPerMilli = 1000;

    public required int Number { get; init; }

    public required string Provider { get; init; }

    public required string Model { get; init; }

    public required int? KeyIndex { get; init; }

    public required string? RetryReason { get; init; }

    public required double? BackoffMs { get; init; }

    public required double? BeganMs { get; init; }

    public required double? TimeToHeadersMs { get; init; }

    public required double? TimeToFirstByteMs { get; init; }

    public required double DurationMs { get; init; }

    public required int? Status { get; init; }

    public required string? Error { get; init; }

    public required string? Timer { get; init; }

    public required InferencePrice? Price { get; init; }

    /// <summary>Its entry in the ledger; null where that began after the call.</summary>
    public required LedgerEntryView? Ledger { get; init; }

    public static AttemptExplanation Of(int number, InferenceAttempt attempt, LedgerEntry? entry) => new()
    {
        Number = number,
        Provider = attempt.Provider,
        Model = attempt.Model,
        KeyIndex = attempt.KeyIndex,
        RetryReason = attempt.RetryReason,
        BackoffMs = attempt.BackoffMicros / MicrosPerMilli,
        BeganMs = attempt.BeganMicros / MicrosPerMilli,
        TimeToHeadersMs = attempt.TimeToHeadersMicros / MicrosPerMilli,
        TimeToFirstByteMs = attempt.TimeToFirstByteMicros / MicrosPerMilli,
        DurationMs = attempt.DurationMicros / MicrosPerMilli,
        Status = attempt.Status,
        Error = attempt.Error,
        Timer = attempt.Timer,
        Price = attempt.Account?.Price,
        Ledger = entry is null ? null : LedgerEntryView.Of(entry),
    };
}

/// <param name="CostUsd">The sum of the attempts'; null when that of one is unknown.</param>
/// <param name="UsageEstimated">Whether the gateway counted tokens itself.</param>
internal sealed record CostView(decimal? CostUsd, bool UsageEstimated);
