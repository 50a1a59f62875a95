using System.Diagnostics;
using System.Globalization;

namespace LlmGateway.Benchmarks.Gateway.Servers;

/// <summary>A server under measure, in a process of its own that ends with this object.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const double TicksPerSecond = 100;
    private const double IdleShare = 0.05;
    private static readonly TimeSpan StartBudget = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan SettleBudget = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan SettleWindow = TimeSpan.FromMilliseconds(400);
    private readonly Process _process;

    private ServerProcess(Process process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    public string Url => $"http://127.0.0.1:{Port}";

    /// <summary>Starts a program and waits until <c>GET /health</c> answers 200.</summary>
    /// <exception cref="InvalidOperationException">It ended or did not answer within 30 s; the message has its output.</exception>
    public static async Task<ServerProcess> StartAsync(
        string name, int port, string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (key, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[key] = value;
        }

        var process = Process.Start(start) ?? throw new InvalidOperationException($"{name} did not start.");
        var output = new OutputTail();
        process.OutputDataReceived += (_, line) => output.Add(line.Data);
        process.ErrorDataReceived += (_, line) => output.Add(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var server = new ServerProcess(process, port);
        if (await server.IsReadyAsync())
        {
            return server;
        }

        await server.DisposeAsync();
        throw new InvalidOperationException($"{name} is not ready:\n{output}");
    }

    /// <summary>This program again, in another role.</summary>
    public static Task<ServerProcess> StartRoleAsync(string role, int port, params string[] more) => StartAsync(
        role, port, "dotnet", [typeof(ServerProcess).Assembly.Location, role, port.ToString(CultureInfo.InvariantCulture), .. more]);

    /// <summary>Processor time of the process and its children since their start, user and system.</summary>
    public TimeSpan ProcessorTime()
    {
        var children = File.ReadAllText($"/proc/{_process.Id}/task/{_process.Id}/children")
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return TimeSpan.FromSeconds(children.Append(_process.Id.ToString(CultureInfo.InvariantCulture)).Sum(Ticks) / TicksPerSecond);
    }

    /// <summary>
    /// Waits until the server has nothing left to do, such as a log to store: work put off by one run must not fall into
    /// the next one's time.
    /// </summary>
    public async Task SettleAsync()
    {
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < SettleBudget;)
        {
            var before = ProcessorTime();
            await Task.Delay(SettleWindow);
            if (ProcessorTime() - before < SettleWindow * IdleShare)
            {
                return;
            }
        }
    }

    /// <summary>Most memory it ever had resident, in bytes.</summary>
    public long PeakMemory() => Status("VmHWM:");

    /// <summary>The memory that it has resident now, in bytes.</summary>
    public long Memory() => Status("VmRSS:");

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private long Status(string field)
    {
        var line = File.ReadLines($"/proc/{_process.Id}/status").First(one => one.StartsWith(field, StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024;
    }

    private static long Ticks(string processId)
    {
        // The second field may hold spaces, so count from its closing bracket.
        var stat = File.ReadAllText($"/proc/{processId}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
    }

    private async Task<bool> IsReadyAsync()
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < StartBudget && !_process.HasExited;)
        {
            try
            {
                using var answer = await client.GetAsync(new Uri(Url + "/health"));
                if (answer.IsSuccessStatusCode)
                {
                    return true;
                }
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                // Not listening yet.
            }
            await Task.Delay(50);
        }
        return false;
    }
}
