using LlmGateway.Service;

namespace LlmGateway.Gateway.Forwarding;

/// <summary>Why an attempt failed, which decides what is tried next.</summary>
internal enum FailureKind
{
    /// <summary>The provider refuses the request itself: nobody else is asked.</summary>
    Refused,

    /// <summary>It is too long for the model.</summary>
    ContextLength,

    /// <summary>The provider refuses its content.</summary>
    ContentPolicy,

    /// <summary>401 or 403: our key is refused.</summary>
    Credentials,

    /// <summary>429.</summary>
    RateLimited,

    /// <summary>A 5xx, or 408.</summary>
    ServerError,

    /// <summary>No connection, or one that broke before the answer.</summary>
    Unavailable,

    /// <summary>One of the timers.</summary>
    Timeout,

    /// <summary>An answer that is none: cut off, not JSON, or an error that calls itself a success.</summary>
    InvalidResponse,
}

/// <summary>A failed attempt, of which the caller has seen nothing.</summary>
/// <param name="Kind">What is tried next.</param>
/// <param name="Error">What the caller is told if nothing is; null where it gets the provider's own answer.</param>
/// <param name="RetryAfter">How long the provider wants to be left alone; null if it did not say.</param>
internal sealed record UpstreamFailure(FailureKind Kind, ApiError? Error, TimeSpan? RetryAfter = null)
{
    /// <summary>The kind as records and metrics name it.</summary>
    public string Reason => Kind switch
    {
        FailureKind.Refused => "refused",
        FailureKind.ContextLength => "context_length",
        FailureKind.ContentPolicy => "content_policy",
        FailureKind.Credentials => "credentials",
        FailureKind.RateLimited => "rate_limited",
        FailureKind.ServerError => "server_error",
        FailureKind.Unavailable => "unavailable",
        FailureKind.Timeout => "timeout",
        _ => "invalid_response",
    };

    /// <summary>Whether it counts against the deployment.</summary>
    public bool IsDeploymentsFault => Kind is FailureKind.ServerError or FailureKind.Unavailable or FailureKind.Timeout or FailureKind.InvalidResponse;
}
