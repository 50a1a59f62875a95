namespace LlmGateway.FineTuning.Jobs;

/// <summary>Times as columns have them.</summary>
internal static class MicrosecondClock
{
    private const long PerSecond = 1_000_000;

    /// <summary>Unix microseconds.</summary>
    public static long NowMicros(this TimeProvider time) =>
        (time.GetUtcNow().UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>Unix seconds, as OpenAI's resources have them.</summary>
    public static long ToSeconds(long micros) => micros / PerSecond;
}
