using System.Collections.Concurrent;
using System.Diagnostics;
using LlmGateway.TestKit;

namespace LlmGateway.FineTuning.Tests;

/// <summary>The service's own program as a process, which can be killed.</summary>
internal sealed class RunningHost : IDisposable
{
    private readonly ConcurrentQueue<string> _lines = new();

    private RunningHost(Process process, string address)
    {
        (Process, Address) = (process, address);
        process.OutputDataReceived += (_, line) => _lines.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
    }

    public Process Process { get; }

    public string Address { get; }

    public string Output => string.Join('\n', _lines);

    private static string Program { get; } = Find();

    /// <param name="data">Its data folder.</param>
    /// <param name="neighbours">What stands around it.</param>
    /// <param name="crashAt">The step at which it dies; null for none.</param>
    /// <param name="settings">Further variables of its environment.</param>
    public static RunningHost Start(string data, Neighbours neighbours, string? crashAt, params (string Name, string? Value)[] settings)
    {
        var address = $"http://127.0.0.1:{FreePort.Next()}";
        var start = new ProcessStartInfo("dotnet", [Program]) { RedirectStandardOutput = true };
        foreach (var (name, value) in (IEnumerable<(string, string?)>)
        [
            ("ASPNETCORE_URLS", address), ("LLMGATEWAY_DATA", data), ("Services__InternalKey", Neighbours.InternalKey), ("LLMGATEWAY_CRASH_AT", crashAt),
            ("services__datasets__http__0", neighbours.Address), ("services__gateway__http__0", neighbours.Address), ("services__evaluation__http__0", neighbours.Address),
            ("FineTuning__FirstPoll", "00:00:00.050"), ("FineTuning__LongestPoll", "00:00:00.100"),
            ("FineTuning__Leases__Duration", "00:00:02"), ("FineTuning__Leases__Heartbeat", "00:00:00.200"), ("FineTuning__Leases__Sweep", "00:00:00.200"),

            // A second one would take a job over whose heartbeat is late.
            ("FineTuning__Leases__Workers", "1"),
            .. settings,
        ])
        {
            start.Environment[name] = value;
        }

        return new RunningHost(Process.Start(start)!, address);
    }

    public void Dispose()
    {
        if (!Process.HasExited)
        {
            Process.Kill();
            Process.WaitForExit();
        }

        Process.Dispose();
    }

    private static string Find()
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)).Name;
        return Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "FineTuning.Host", configuration, "LlmGateway.FineTuning.Host.dll"));
    }
}
