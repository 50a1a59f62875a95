using System.ComponentModel.DataAnnotations;

namespace LlmGateway.Gateway.Health;

/// <summary>When a deployment is left alone for a while.</summary>
public sealed class BreakerOptions
{
    /// <summary>Share of failed attempts, from 0 to 1, at which the circuit opens; the default is 0.5.</summary>
    [Range(0.01, 1.0)]
    public double FailureThreshold { get; set; } = 0.5;

    /// <summary>Attempts in the window without which the share says nothing; the default is 10.</summary>
    [Range(1, 10_000)]
    public int MinimumRequests { get; set; } = 10;

    /// <summary>How far back attempts count; the default is 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an open circuit rests; then one attempt is let through to see. The default is 15 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan CoolDown { get; set; } = TimeSpan.FromSeconds(15);
}
