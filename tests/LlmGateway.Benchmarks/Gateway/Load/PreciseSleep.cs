using System.Diagnostics;
using System.Runtime.InteropServices;

namespace LlmGateway.Benchmarks.Gateway.Load;

/// <summary>Sleeps to some 60 µs: .NET's own waits are whole milliseconds, and spinning would take a core from the servers.</summary>
internal static partial class PreciseSleep
{
    public static void Until(long timestamp)
    {
        var left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), timestamp);
        if (left > TimeSpan.Zero)
        {
            _ = NanoSleep(new TimeSpec { Seconds = (nint)(left.Ticks / TimeSpan.TicksPerSecond), Nanoseconds = (nint)(left.Ticks % TimeSpan.TicksPerSecond * 100) }, 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "nanosleep")]
    private static partial int NanoSleep(in TimeSpec duration, nint remaining);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
