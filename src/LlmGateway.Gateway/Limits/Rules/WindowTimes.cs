namespace LlmGateway.Gateway.Limits.Rules;

/// <summary>Where windows begin and end, in Unix seconds of UTC.</summary>
internal static class WindowTimes
{
    private const long Minute = 60;
    private const long Hour = 60 * Minute;
    private const long Day = 24 * Hour;

    /// <summary>The start of the window that a time is in; 0 for what has no window.</summary>
    public static long StartAt(this LimitWindow? window, DateTimeOffset now)
    {
        var seconds = now.ToUnixTimeSeconds();
        return window switch
        {
            LimitWindow.Second => seconds,
            LimitWindow.Minute => seconds - (seconds % Minute),
            LimitWindow.Hour => seconds - (seconds % Hour),
            LimitWindow.Day => seconds - (seconds % Day),
            LimitWindow.Month => MonthOf(now).ToUnixTimeSeconds(),
            _ => 0,
        };
    }

    /// <summary>When the window that begins at <paramref name="start"/> ends; null for never.</summary>
    public static long? EndOf(this LimitWindow? window, long start) => window switch
    {
        LimitWindow.Second => start + 1,
        LimitWindow.Minute => start + Minute,
        LimitWindow.Hour => start + Hour,
        LimitWindow.Day => start + Day,
        LimitWindow.Month => DateTimeOffset.FromUnixTimeSeconds(start).AddMonths(1).ToUnixTimeSeconds(),
        _ => null,
    };

    /// <summary>Whether what was counted outlives the counters: windows that are so long that a restart within one matters.</summary>
    public static bool IsKept(this LimitWindow? window) => window is LimitWindow.Hour or LimitWindow.Day or LimitWindow.Month or LimitWindow.Never;

    private static DateTimeOffset MonthOf(DateTimeOffset now)
    {
        var utc = now.UtcDateTime;
        return new DateTimeOffset(utc.Year, utc.Month, 1, 0, 0, 0, TimeSpan.Zero);
    }
}
