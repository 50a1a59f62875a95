namespace LlmGateway.Contracts.Gateway;

/// <summary>One call of an upstream. What a version did not measure is null.</summary>
/// <param name="Provider">Configured provider name.</param>
/// <param name="Model">The model name sent upstream.</param>
/// <param name="Status">Upstream's HTTP status; null when no answer came.</param>
/// <param name="DurationMicros">Until its last byte, in microseconds.</param>
/// <param name="Error">Why it failed, in one word such as <c>timeout</c>; null when it did not.</param>
public sealed record InferenceAttempt(string Provider, string Model, int? Status, long DurationMicros, string? Error)
{
    /// <summary>When it began, in microseconds since the call's start.</summary>
    public long? BeganMicros { get; init; }

    /// <summary>The provider's key that was sent, by its place in the configuration from 0; null where there is one only.</summary>
    public int? KeyIndex { get; init; }

    /// <summary>How long the gateway waited before it, in microseconds.</summary>
    public long? BackoffMicros { get; init; }

    /// <summary>Why it was made after another one, such as <c>rate_limited</c>; null for the first.</summary>
    public string? RetryReason { get; init; }

    /// <summary>Until the answer's headers, in microseconds; null when none came.</summary>
    public long? TimeToHeadersMicros { get; init; }

    /// <summary>Until the first byte of the answer's body, in microseconds; null when none came.</summary>
    public long? TimeToFirstByteMicros { get; init; }

    /// <summary>The timer that ended it: <c>connect</c>, <c>first_byte</c>, <c>idle</c> or <c>total</c>; null when none did.</summary>
    public string? Timer { get; init; }

    /// <summary>What it used and cost: its row of the ledger. Null in records of versions that accounted for calls only.</summary>
    public InferenceAccount? Account { get; init; }
}
