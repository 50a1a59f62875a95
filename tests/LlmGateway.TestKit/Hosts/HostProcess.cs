using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace LlmGateway.TestKit.Hosts;

/// <summary>A host in a process of its own, which may end and start again on the same port and data.</summary>
public sealed class HostProcess : IAsyncDisposable
{
    /// <summary>The variable that kills the process at a named step.</summary>
    public const string CrashAt = "LLMGATEWAY_CRASH_AT";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(240);
    private static readonly HttpClient Probe = new();

    private readonly string _host;
    private readonly string _data;
    private readonly StringBuilder _output = new();
    private Process? _process;

    /// <param name="host">The project's name, such as <c>Gateway.Host</c>.</param>
    /// <param name="data">Its data folder.</param>
    public HostProcess(string host, string data)
    {
        (_host, _data) = (host, data);
        BaseUrl = new Uri($"http://127.0.0.1:{FreePort.Next()}");
    }

    public Uri BaseUrl { get; }

    /// <summary>What the next start adds to the environment.</summary>
    public Dictionary<string, string> Environment { get; init; } = [];

    /// <summary>What the next start adds to the command line.</summary>
    public List<string> Arguments { get; } = [];

    public bool HasExited => _process!.HasExited;

    /// <summary>The most memory that the process has had resident, in bytes.</summary>
    public long PeakMemory
    {
        get
        {
            _process!.Refresh();
            return _process.PeakWorkingSet64;
        }
    }

    /// <summary>What the process has printed, over all of its starts.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    public void ForgetOutput()
    {
        lock (_output)
        {
            _output.Clear();
        }
    }

    /// <summary>Starts it without waiting for anything.</summary>
    public void Start()
    {
        var start = HostProgram.Describe(_host, _data, ["--urls", BaseUrl.ToString(), .. Arguments]);
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        _process?.Dispose();
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public Task WaitUntilHealthyAsync() => Eventually.TrueAsync(IsHealthyAsync, $"{_host} to be healthy", StartLimit);

    public async Task StartAsync()
    {
        Start();
        await WaitUntilHealthyAsync();
    }

    /// <summary>Starts on the same port and data, whether it ran before or not.</summary>
    /// <param name="crashAt">Where it is to crash this time; null for nowhere.</param>
    public async Task StartAgainAsync(string? crashAt = null)
    {
        if (_process is not null)
        {
            Kill();
            await WaitForExitAsync();
        }

        Environment.Remove(CrashAt);
        if (crashAt is not null)
        {
            Environment[CrashAt] = crashAt;
        }

        await StartAsync();
    }

    /// <summary>As <c>kill -9</c>.</summary>
    public void Kill() => _process!.Kill();

    /// <summary>Asks the process to end, as a service manager does.</summary>
    public void Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", _process!.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    public async Task<int> WaitForExitAsync()
    {
        await _process!.WaitForExitAsync().WaitAsync(StartLimit);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process?.Dispose();
    }

    private async Task<bool> IsHealthyAsync(CancellationToken cancellationToken)
    {
        if (HasExited)
        {
            throw new InvalidOperationException($"{_host} ended with code {_process!.ExitCode}: {Output}");
        }

        try
        {
            using var response = await Probe.GetAsync(new Uri(BaseUrl, "/health"), cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private void Keep(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }
}
