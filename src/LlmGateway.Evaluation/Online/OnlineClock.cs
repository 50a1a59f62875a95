using LlmGateway.Service;

namespace LlmGateway.Evaluation.Online;

/// <summary>Days of budgets, and how far rules are behind.</summary>
internal static class OnlineClock
{
    /// <summary>The UTC day, in days since 1970.</summary>
    public static int DayOf(DateTimeOffset now) => (int)(now.ToUnixTimeSeconds() / 86_400);

    /// <summary>Time that a rule should have looked at and has not.</summary>
    public static TimeSpan LagOf(OnlineRule rule, DateTimeOffset now)
    {
        var lag = now - UnixMicros.ToTime(rule.LookedUntil) - TimeSpan.FromSeconds(rule.DelaySeconds);
        return lag > TimeSpan.Zero ? lag : TimeSpan.Zero;
    }
}
