using LlmGateway.Contracts.Gateway;

namespace LlmGateway.Gateway.Forwarding;

/// <summary>One call of a provider, while it runs and after it ended.</summary>
/// <param name="provider">Its configured name.</param>
/// <param name="model">The model's name there.</param>
/// <param name="began">Time since the call's start.</param>
internal sealed class UpstreamAttempt(string provider, string model, TimeSpan began)
{
    private TimeSpan? _ended;

    /// <summary>The answer's status; null when none came.</summary>
    public int? Status { get; set; }

    /// <summary>Why it failed, in one word; null when it did not.</summary>
    public string? Error { get; private set; }

    /// <summary>Ends the attempt; the first end counts.</summary>
    public void End(TimeSpan now, string? error)
    {
        if (_ended is null)
        {
            _ended = now;
            Error = error;
        }
    }

    /// <summary>As it stands in the record; an attempt that still runs lasts until now.</summary>
    public InferenceAttempt ToRecord(TimeSpan now) =>
        new(provider, model, Status, (long)((_ended ?? now) - began).TotalMicroseconds, Error);
}
