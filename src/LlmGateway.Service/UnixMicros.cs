namespace LlmGateway.Service;

/// <summary>Times as stores keep them, in Unix microseconds, and as OpenAI's resources show them, in Unix seconds.</summary>
public static class UnixMicros
{
    private const long PerSecond = 1_000_000;

    /// <summary>The present time in Unix microseconds.</summary>
    public static long NowMicros(this TimeProvider time) => Of(time.GetUtcNow());

    /// <summary>A time in Unix microseconds, cut off below them.</summary>
    public static long Of(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>Unix seconds in Unix microseconds.</summary>
    public static long OfSeconds(long seconds) => seconds * PerSecond;

    /// <summary>The time, in UTC.</summary>
    public static DateTimeOffset ToTime(long micros) => DateTimeOffset.UnixEpoch.AddTicks(micros * TimeSpan.TicksPerMicrosecond);

    /// <summary>The time in Unix seconds, cut off below them.</summary>
    public static long ToSeconds(long micros) => micros / PerSecond;
}
