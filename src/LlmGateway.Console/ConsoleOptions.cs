using System.ComponentModel.DataAnnotations;

namespace LlmGateway.Console;

/// <summary>The console's settings.</summary>
public sealed class ConsoleOptions
{
    public const string Section = "Console";

    /// <summary>How long a session lives without being used; one hour by default.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan SessionIdleTimeout { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long a session lives at most; twelve hours by default.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00")]
    public TimeSpan SessionLifetime { get; set; } = TimeSpan.FromHours(12);

    /// <summary>Sessions at a time, 1 to 100,000; 1,000 by default. One more ends the one that was used longest ago.</summary>
    [Range(1, 100_000)]
    public int MaxSessions { get; set; } = 1_000;
}
