using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;

namespace LlmGateway.System.Tests;

/// <summary>All services in one process, on a data folder of its own.</summary>
public sealed class StandaloneProcess : RunningSystem
{
    /// <summary>Stands for the upstream's <c>http://host:port</c> in configuration that is written before it is known.</summary>
    public const string UpstreamRoot = "{upstream}";

    private readonly TempFolder _data = new();
    private readonly HostProcess _process;

    private StandaloneProcess(UpstreamServer upstream, IEnumerable<(string Name, string Value)> environment)
        : base(upstream)
    {
        _process = new HostProcess("Standalone", _data.Path) { Environment = ProviderSettings() };
        Gateways = [_process.BaseUrl];
        foreach (var (name, value) in ShopSettings().Select(setting => (setting.Key, setting.Value)).Concat(environment))
        {
            _process.Environment[name] = Resolve(value);
        }
    }

    public override IReadOnlyList<Uri> Gateways { get; }

    public override string ShopConnection => $"Data Source={_data.File("shop.db")}";

    /// <inheritdoc cref="HostProcess.PeakMemory"/>
    public long PeakMemory => _process.PeakMemory;

    /// <inheritdoc cref="HostProcess.Output"/>
    public string Output => _process.Output;

    /// <summary>Everything that it keeps.</summary>
    public string DataFolder => _data.Path;

    /// <summary>The file given as <c>--config</c>, where a test wrote one before the start.</summary>
    private string ConfigPath => _data.File("gateway.json");

    /// <summary>Starts the program with the environment that every test has, and more.</summary>
    public static Task<StandaloneProcess> StartAsync(params (string Name, string Value)[] environment) => StartConfiguredAsync(null, environment);

    /// <summary>As the other, with a configuration file.</summary>
    public static async Task<StandaloneProcess> StartConfiguredAsync(string? config, params (string Name, string Value)[] environment)
    {
        var system = new StandaloneProcess(await UpstreamServer.StartAsync(), environment);
        if (config is not null)
        {
            system.Configure(config);
            system._process.Arguments.AddRange("--config", system.ConfigPath);
        }

        try
        {
            await system._process.StartAsync();
            return system;
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }
    }

    /// <summary>Writes the configuration file.</summary>
    public void Configure(string json) => File.WriteAllText(ConfigPath, Resolve(json));

    public void ForgetOutput() => _process.ForgetOutput();

    /// <inheritdoc cref="HostProcess.Kill"/>
    public void Kill() => _process.Kill();

    /// <inheritdoc cref="HostProcess.Terminate"/>
    public void Terminate() => _process.Terminate();

    /// <summary>Returns its exit code.</summary>
    public Task<int> WaitForExitAsync() => _process.WaitForExitAsync();

    /// <summary>Starts again on the same data, without the crash point of the first start.</summary>
    public Task RestartAsync() => _process.StartAgainAsync();

    public override async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        await base.DisposeAsync();
        _data.Dispose();
    }

    private string Resolve(string text) => text.Replace(UpstreamRoot, Upstream.BaseUrl.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal);
}
