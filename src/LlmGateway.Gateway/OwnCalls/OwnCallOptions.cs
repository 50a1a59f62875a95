using System.ComponentModel.DataAnnotations;

namespace LlmGateway.Gateway.OwnCalls;

/// <summary>How patient the gateway is with calls whose answers it wants whole and nobody waits for.</summary>
public abstract class OwnCallOptions
{
    /// <summary>How often a request is tried that is refused with 408 or 429, meets a fault (5xx) or no answer; the default is 10.</summary>
    [Range(1, 1000)]
    public int MaxAttempts { get; set; } = 10;

    /// <summary>Pause before the first retry, which doubles with each; the default is 1 s. <c>retry-after</c> wins over it.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:10:00")]
    public TimeSpan RetryPause { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause, also where <c>retry-after</c> asks for more; the default is 2 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan MaxRetryPause { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long one call may take; the default is 30 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "12:00:00")]
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>Largest answer that is kept, in bytes; the default is 16 MiB.</summary>
    [Range(1024, 256 << 20)]
    public int MaxAnswerBytes { get; set; } = 16 << 20;

    /// <summary>What the answer asks for, else twice as long each time; a part of it by chance, so that not all come back at once.</summary>
    /// <param name="answer">The answer that may be another one later.</param>
    /// <param name="attempt">Which attempt it was, from 1.</param>
    internal TimeSpan PauseAfter(OwnAnswer answer, int attempt)
    {
        var doubled = RetryPause * Math.Pow(2, Math.Min(attempt - 1, 20));
        var pause = answer.RetryAfter is { } asked && asked > TimeSpan.Zero ? asked : doubled;
        return (pause < MaxRetryPause ? pause : MaxRetryPause) * (1 + (Random.Shared.NextDouble() / 4));
    }
}
