using System.ComponentModel.DataAnnotations;
using LlmGateway.Gateway.OwnCalls;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Background;

/// <summary>How much work responses in the background may be to this gateway. Read at the start.</summary>
public sealed class BackgroundOptions : OwnCallOptions
{
    /// <summary>Responses of a project that may be queued or in progress at once; the default is 200.</summary>
    [Range(1, 100_000)]
    public int MaxOpenPerProject { get; set; } = 200;

    /// <summary>How long a response may take from its request to its end, waiting included; the default is 24 hours.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How long a response that has ended can be read; the default is 30 days, as at OpenAI.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "3650.00:00:00")]
    public TimeSpan KeepFor { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How responses are held by the process that works on them; its <see cref="LeaseOptions.Workers"/>, 16 by default, are the calls that a process makes at once.</summary>
    public LeaseOptions Leases { get; init; } = new() { Workers = 16, Sweep = TimeSpan.FromSeconds(1) };
}
