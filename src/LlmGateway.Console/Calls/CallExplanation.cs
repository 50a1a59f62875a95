namespace LlmGateway.Console.Calls;

/// <summary>What happened to a call and why, as <c>/v1/inferences/{id}/explain</c> tells it.</summary>
public sealed record CallExplanation(
    string? Configuration, ExplainedRouting Routing, ExplainedCache Cache, IReadOnlyList<ExplainedLimit> Limits, IReadOnlyList<ExplainedAttempt> Attempts);

/// <summary>How a name became a model.</summary>
public sealed record ExplainedRouting(
    string Requested, string? Route, string? Rule, string? Group, string? Policy, string? Target, string Reason, IReadOnlyList<PassedOver> PassedOver, string? Answered);

/// <summary>What was not chosen, and why.</summary>
public sealed record PassedOver(string Target, string Reason);

public sealed record ExplainedCache(string Result, string? Reason, double? SavedUsd);

/// <summary>What a limit had to say.</summary>
public sealed record ExplainedLimit(string Rule, string Scope, string Measure, string? Window, long Limit, long? Used, long? Reserved, long? Settled, string Verdict);

/// <summary>One call of a provider. Times are in milliseconds; what was not measured is null.</summary>
public sealed record ExplainedAttempt
{
    public int Number { get; init; }

    public required string Provider { get; init; }

    public required string Model { get; init; }

    public int? KeyIndex { get; init; }

    public string? RetryReason { get; init; }

    public double? BackoffMs { get; init; }

    /// <summary>Since the call's start.</summary>
    public double? BeganMs { get; init; }

    public double? TimeToHeadersMs { get; init; }

    public double? TimeToFirstByteMs { get; init; }

    public double DurationMs { get; init; }

    public int? Status { get; init; }

    public string? Error { get; init; }

    public string? Timer { get; init; }

    public AttemptPrice? Price { get; init; }

    public AttemptEntry? Ledger { get; init; }
}

/// <summary>Rates in USD for a million tokens.</summary>
public sealed record AttemptPrice(string Source, string? Tier, double? InputUsdPerMillion, double? OutputUsdPerMillion);

/// <summary>What it used and cost, by the ledger.</summary>
public sealed record AttemptEntry(string State, long? InputTokens, long? OutputTokens, double? CostUsd, double? SavedUsd);
