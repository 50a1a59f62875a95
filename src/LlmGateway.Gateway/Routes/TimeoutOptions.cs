using System.ComponentModel.DataAnnotations;

namespace LlmGateway.Gateway.Routes;

/// <summary>The four timers of a call. What is not set here is taken from the next less specific place: deployment, route, provider, gateway.</summary>
public sealed class TimeoutOptions
{
    /// <summary>Until there is a connection to the provider, waiting for a free one included; 10 s where nothing is said.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan? Connect { get; set; }

    /// <summary>From the sent request to the answer's first content: a plain answer's headers, a stream's first event that says something.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan? FirstByte { get; set; }

    /// <summary>Longest silence after that.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan? Idle { get; set; }

    /// <summary>The whole call, its retries and waits included; 1 h where nothing is said.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan? Total { get; set; }
}
