namespace LlmGateway.Evaluation.Online;

/// <summary>Days of budgets, and how far rules are behind.</summary>
internal static class OnlineClock
{
    /// <summary>The UTC day, in days since 1970.</summary>
    public static int DayOf(DateTimeOffset now) => (int)(now.ToUnixTimeSeconds() / 86_400);

    public static DateTimeOffset ToTime(long micros) => DateTimeOffset.UnixEpoch.AddTicks(micros * TimeSpan.TicksPerMicrosecond);

    public static long ToMicros(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>Time that a rule should have looked at and has not.</summary>
    public static TimeSpan LagOf(OnlineRule rule, DateTimeOffset now)
    {
        var lag = now - ToTime(rule.LookedUntil) - TimeSpan.FromSeconds(rule.DelaySeconds);
        return lag > TimeSpan.Zero ? lag : TimeSpan.Zero;
    }
}
