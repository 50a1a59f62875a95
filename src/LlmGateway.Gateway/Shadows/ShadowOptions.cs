using System.ComponentModel.DataAnnotations;

namespace LlmGateway.Gateway.Shadows;

/// <summary>How much work shadows may be to this gateway.</summary>
public sealed class ShadowOptions
{
    /// <summary>Calls that may wait, a quarter of them of one shadow; the default is 1,000. More are dropped, and counted.</summary>
    [Range(4, 100_000)]
    public int MaxWaitingCalls { get; set; } = 1000;

    /// <summary>Bytes of requests that may wait; the default is 64 MiB. More are dropped, and counted.</summary>
    [Range(1 << 20, 1 << 30)]
    public int MaxWaitingBytes { get; set; } = 64 << 20;

    /// <summary>Candidates' calls at once; the default is 4.</summary>
    [Range(1, 256)]
    public int Concurrency { get; set; } = 4;

    /// <summary>How long a candidate may take for an answer; the default is 5 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromMinutes(5);
}
