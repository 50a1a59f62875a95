using System.ComponentModel.DataAnnotations;

namespace LlmGateway.Service;

/// <summary>How a service's workers hold their work.</summary>
public sealed class LeaseOptions
{
    /// <summary>How long work stays with a worker that gives no sign of life. The default is 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Duration { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a worker prolongs its lease. The default is 10 s; it must be less than half of <see cref="Duration"/>.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:05:00")]
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a worker looks for work of which no message told it. The default is 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:05:00")]
    public TimeSpan Sweep { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long work rests that failed for an unforeseen reason. The default is 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan RetryPause { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Rows that a process works on at the same time. The default is 4.</summary>
    [Range(1, 64)]
    public int Workers { get; set; } = 4;
}
