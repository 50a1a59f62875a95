using System.Diagnostics;
using System.Globalization;

namespace LlmGateway.Service;

/// <summary>
/// Named steps at which a test kills the process: <c>LLMGATEWAY_CRASH_AT=name</c> or <c>name:n</c> kills it, as
/// <c>kill -9</c> does, the first (or n-th) time that the step is reached. Without the variable a step costs nothing.
/// </summary>
public static class CrashPoint
{
    private static readonly string? Target = Parse(out Countdown);
    private static readonly int Countdown;
    private static int _reached;

    /// <summary>Marks a step.</summary>
    /// <param name="name">Such as <c>spool.append.before</c>.</param>
    public static void Reach(string name)
    {
        if (Target is not null && Target == name && Interlocked.Increment(ref _reached) == Countdown)
        {
            Kill();
        }
    }

    private static void Kill()
    {
        using var self = Process.GetCurrentProcess();
        self.Kill();
        // The signal comes from outside this thread: nothing after the step may run until it does.
        Thread.Sleep(Timeout.Infinite);
    }

    private static string? Parse(out int countdown)
    {
        countdown = 1;
        var value = Environment.GetEnvironmentVariable("LLMGATEWAY_CRASH_AT");
        if (string.IsNullOrEmpty(value))
        {
            return null;
        }

        var colon = value.LastIndexOf(':');
        if (colon < 0 || !int.TryParse(value.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out countdown))
        {
            countdown = 1;
        }
        else
        {
            value = value[..colon];
        }

        return value;
    }
}
