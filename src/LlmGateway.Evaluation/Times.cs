namespace LlmGateway.Evaluation;

/// <summary>Times in the store, as Unix microseconds, and in resources, as Unix seconds.</summary>
internal static class Times
{
    private const long MicrosPerSecond = 1_000_000;

    public static long NowMicros(this TimeProvider time) =>
        (time.GetUtcNow().UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;

    public static long ToSeconds(long micros) => micros / MicrosPerSecond;
}
