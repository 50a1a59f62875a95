using System.ClientModel;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;
using OpenAI;

namespace LlmGateway.System.Tests;

/// <summary>The real program in a process and a data folder of its own.</summary>
public sealed class StandaloneProcess : IAsyncDisposable
{
    public const string AdminKey = "sk-lg-test-0123456789abcdef0123456789";

    /// <summary>Stands for the upstream's <c>http://host:port</c> in configuration that is written before it is known.</summary>
    public const string UpstreamRoot = "{upstream}";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly TempFolder _data = new();
    private readonly Dictionary<string, string> _environment;
    private readonly StringBuilder _output = new();
    private Process? _process;

    private StandaloneProcess(UpstreamServer upstream, Dictionary<string, string> environment)
    {
        Upstream = upstream;
        _environment = environment;
        BaseUrl = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        Http = new HttpClient { BaseAddress = BaseUrl };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", AdminKey);
    }

    public UpstreamServer Upstream { get; }

    public Uri BaseUrl { get; }

    /// <summary>The file given as <c>--config</c>, where a test wrote one before the start.</summary>
    public string ConfigPath => Path.Combine(_data.Path, "gateway.json");

    /// <summary>The most memory that the process has had resident, in bytes.</summary>
    public long PeakMemory
    {
        get
        {
            _process!.Refresh();
            return _process.PeakWorkingSet64;
        }
    }

    /// <summary>What the process has printed.</summary>
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

    /// <summary>Signed in with the admin key.</summary>
    public HttpClient Http { get; }

    /// <summary>The official SDK, pointed at the gateway as an application would; it does not try again by itself.</summary>
    public OpenAIClient Sdk => new(
        new ApiKeyCredential(AdminKey),
        new OpenAIClientOptions { Endpoint = new Uri(BaseUrl, "/v1"), RetryPolicy = new global::System.ClientModel.Primitives.ClientRetryPolicy(0) });

    /// <summary>Starts the program with one provider, <c>test</c>, which is a real upstream.</summary>
    public static Task<StandaloneProcess> StartAsync(params (string Name, string Value)[] environment) => StartConfiguredAsync(null, environment);

    /// <summary>As the other, with a configuration file.</summary>
    public static async Task<StandaloneProcess> StartConfiguredAsync(string? config, params (string Name, string Value)[] environment)
    {
        var process = new StandaloneProcess(await UpstreamServer.StartAsync(), environment.ToDictionary(pair => pair.Name, pair => pair.Value));
        if (config is not null)
        {
            process.Configure(config);
        }

        await process.StartProcessAsync();
        return process;
    }

    /// <summary>Writes the configuration file.</summary>
    public void Configure(string json) => File.WriteAllText(ConfigPath, Resolve(json));

    public void ForgetOutput()
    {
        lock (_output)
        {
            _output.Clear();
        }
    }

    public void Kill() => _process!.Kill();

    /// <summary>Asks the process to end, as a service manager does.</summary>
    public void Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", _process!.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    public async Task<int> WaitForExitCodeAsync()
    {
        await WaitForExitAsync();
        return _process!.ExitCode;
    }

    public async Task WaitForExitAsync() => await _process!.WaitForExitAsync().WaitAsync(StartLimit);

    /// <summary>Starts again on the same data, without the crash points of the first start.</summary>
    public async Task RestartAsync()
    {
        await WaitForExitAsync();
        _environment.Remove("LLMGATEWAY_CRASH_AT");
        await StartProcessAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process?.Dispose();
        Http.Dispose();
        await Upstream.DisposeAsync();
        _data.Dispose();
    }

    private async Task StartProcessAsync()
    {
        var start = StandaloneProgram.Describe(_data.Path, BaseUrl, File.Exists(ConfigPath) ? ConfigPath : null);
        start.Environment["Gateway__Providers__test__BaseUrl"] = Upstream.BaseUrl.ToString();
        start.Environment["Gateway__Providers__test__ApiKey"] = "sk-upstream-secret";
        foreach (var (name, value) in _environment)
        {
            start.Environment[name] = Resolve(value);
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await Eventually.TrueAsync(IsHealthyAsync, "the program to be healthy", StartLimit);
    }

    private async Task<bool> IsHealthyAsync(CancellationToken cancellationToken)
    {
        if (_process!.HasExited)
        {
            throw new InvalidOperationException($"the program ended with code {_process.ExitCode}: {Output}");
        }

        try
        {
            using var response = await Http.GetAsync("/health", cancellationToken);
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

    private string Resolve(string text) => text.Replace(UpstreamRoot, Upstream.BaseUrl.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal);
}

/// <summary>One process for the tests of a class.</summary>
public sealed class StandaloneFixture : IAsyncLifetime
{
    public StandaloneProcess Gateway { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Gateway = await StandaloneProcess.StartAsync();

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();
}
