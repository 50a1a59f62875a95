using LlmGateway.Contracts.Gateway;

namespace LlmGateway.Gateway.Forwarding;

/// <summary>One call of a provider, while it runs and after it ended. Times are since the call's start.</summary>
/// <param name="provider">Its configured name.</param>
/// <param name="model">The model's name there.</param>
/// <param name="began">Time since the call's start.</param>
internal sealed class UpstreamAttempt(string provider, string model, TimeSpan began)
{
    public string Provider { get; } = provider;

    public string Model { get; } = model;

    public TimeSpan Began { get; } = began;

    /// <summary>When it was over; null while it runs.</summary>
    public TimeSpan? Ended { get; private set; }

    /// <summary>The place of the provider's key in its list; null where it has one at most.</summary>
    public int? KeyIndex { get; init; }

    /// <summary>How long was waited before it.</summary>
    public TimeSpan Backoff { get; init; }

    /// <summary>Why it was made after another one, such as <c>rate_limited</c>; null for the first.</summary>
    public string? RetryReason { get; init; }

    /// <summary>The answer's status; null when none came.</summary>
    public int? Status { get; set; }

    /// <summary>When the answer's headers came; null if they did not.</summary>
    public TimeSpan? HeadersAt { get; set; }

    /// <summary>When the first byte of its body came; null if it did not.</summary>
    public TimeSpan? FirstByteAt { get; set; }

    /// <summary>The timer that ended it: <c>connect</c>, <c>first_byte</c>, <c>idle</c> or <c>total</c>; null when none did.</summary>
    public string? Timer { get; set; }

    /// <summary>Whether the caller has seen anything of it: then no other attempt may follow.</summary>
    public bool IsCommitted { get; set; }

    /// <summary>Why it failed, in one word; null when it did not.</summary>
    public string? Error { get; private set; }

    /// <summary>Ends the attempt; the first end counts.</summary>
    public void End(TimeSpan now, string? error)
    {
        if (Ended is null)
        {
            Ended = now;
            Error = error;
        }
    }

    /// <summary>As it stands in the record; an attempt that still runs lasts until now.</summary>
    public InferenceAttempt ToRecord(TimeSpan now) =>
        new(Provider, Model, Status, Micros((Ended ?? now) - Began), Error)
        {
            BeganMicros = Micros(Began),
            KeyIndex = KeyIndex,
            BackoffMicros = Backoff > TimeSpan.Zero ? Micros(Backoff) : null,
            RetryReason = RetryReason,
            TimeToHeadersMicros = Micros(HeadersAt - Began),
            TimeToFirstByteMicros = Micros(FirstByteAt - Began),
            Timer = Timer,
        };

    private static long Micros(TimeSpan time) => (long)time.TotalMicroseconds;

    private static long? Micros(TimeSpan? time) => (long?)time?.TotalMicroseconds;
}
