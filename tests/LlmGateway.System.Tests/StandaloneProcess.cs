using System.ClientModel;
using System.Diagnostics;
using System.Net.Http.Headers;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;
using OpenAI;

namespace LlmGateway.System.Tests;

/// <summary>The real program in a process and a data folder of its own.</summary>
public sealed class StandaloneProcess : IAsyncDisposable
{
    public const string AdminKey = "sk-lg-test-0123456789abcdef0123456789";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly TempFolder _data = new();
    private readonly Dictionary<string, string> _environment;
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

    /// <summary>Signed in with the admin key.</summary>
    public HttpClient Http { get; }

    /// <summary>The official SDK, pointed at the gateway as an application would; it does not try again by itself.</summary>
    public OpenAIClient Sdk => new(
        new ApiKeyCredential(AdminKey),
        new OpenAIClientOptions { Endpoint = new Uri(BaseUrl, "/v1"), RetryPolicy = new global::System.ClientModel.Primitives.ClientRetryPolicy(0) });

    /// <summary>Starts the program with one provider, <c>test</c>, which is a real upstream.</summary>
    public static async Task<StandaloneProcess> StartAsync(params (string Name, string Value)[] environment)
    {
        var upstream = await UpstreamServer.StartAsync();
        var process = new StandaloneProcess(upstream, environment.ToDictionary(pair => pair.Name, pair => pair.Value));
        await process.StartProcessAsync();
        return process;
    }

    public void Kill() => _process!.Kill();

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
        var start = new ProcessStartInfo("dotnet", [ProgramPath(), "--urls", BaseUrl.ToString()])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _data.Path,
        };
        start.Environment["LLMGATEWAY_DATA"] = _data.Path;
        start.Environment["LLMGATEWAY_ADMIN_KEY"] = AdminKey;
        start.Environment["Gateway__Providers__test__BaseUrl"] = Upstream.BaseUrl.ToString();
        start.Environment["Gateway__Providers__test__ApiKey"] = "sk-upstream-secret";
        foreach (var (name, value) in _environment)
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await Eventually.TrueAsync(IsHealthyAsync, "the program to be healthy", StartLimit);
    }

    private async Task<bool> IsHealthyAsync(CancellationToken cancellationToken)
    {
        if (_process!.HasExited)
        {
            throw new InvalidOperationException($"the program ended with code {_process.ExitCode}");
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

    /// <summary>The program lies beside this test's own output: …/bin/Standalone/&lt;configuration&gt;.</summary>
    private static string ProgramPath()
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.Combine(output.Parent!.Parent!.FullName, "Standalone", output.Name, "LlmGateway.Standalone.dll");
    }
}

/// <summary>One process for the tests of a class.</summary>
public sealed class StandaloneFixture : IAsyncLifetime
{
    public StandaloneProcess Gateway { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Gateway = await StandaloneProcess.StartAsync();

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();
}
