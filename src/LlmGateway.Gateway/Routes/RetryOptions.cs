using System.ComponentModel.DataAnnotations;

namespace LlmGateway.Gateway.Routes;

/// <summary>How often, and after how long, the same deployment is asked again before the next one is.</summary>
public sealed class RetryOptions
{
    /// <summary>Further attempts at one deployment; the default is 2 where the section is given, and none where it is not.</summary>
    [Range(0, 10)]
    public int MaxRetries { get; set; } = 2;

    /// <summary>Wait before the first retry, doubled for each further one and then shortened at random by up to a half; the default is 500 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan InitialDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest wait. A provider that asks for a longer one (<c>retry-after</c>) is left for the next deployment; the default is 8 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:05:00")]
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromSeconds(8);
}
