using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Loop;

/// <summary>The whole system in one process, on a data folder that goes with it.</summary>
internal sealed class OwnSystem : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly string _data;

    private OwnSystem(Process process, string data, Uri baseUrl, string key) => (_process, _data, BaseUrl, Key) = (process, data, baseUrl, key);

    public Uri BaseUrl { get; }

    public string Key { get; }

    public static async Task<OwnSystem> StartAsync()
    {
        var data = Directory.CreateTempSubdirectory("llmgateway-demo-").FullName;
        var url = new Uri($"http://127.0.0.1:{FreePort()}");
        var key = $"sk-lg-demo-{Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(20))}";
        var program = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../Standalone/release/LlmGateway.Standalone.dll"));
        var start = new ProcessStartInfo("dotnet", [program, "--urls", url.ToString()])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["LLMGATEWAY_DATA"] = data, ["LLMGATEWAY_ADMIN_KEY"] = key },
        };
        var process = Process.Start(start)!;
        var log = new StreamWriter(Path.Combine(data, "demo.log")) { AutoFlush = true };
        process.OutputDataReceived += (_, line) => log.WriteLine(line.Data);
        process.ErrorDataReceived += (_, line) => log.WriteLine(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var system = new OwnSystem(process, data, url, key);
        await system.AwaitHealthAsync();
        return system;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
        Directory.Delete(_data, recursive: true);
    }

    /// <summary>Waits until somebody ends the program, or the system ends by itself.</summary>
    public async Task UntilInterruptedAsync()
    {
        using var interrupted = new CancellationTokenSource();
        ConsoleCancelEventHandler interrupt = (_, pressed) =>
        {
            pressed.Cancel = true;
            interrupted.Cancel();
        };
        Console.CancelKeyPress += interrupt;
        await _process.WaitForExitAsync(interrupted.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Console.CancelKeyPress -= interrupt;
    }

    private async Task AwaitHealthAsync()
    {
        using var http = new HttpClient { BaseAddress = BaseUrl };
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                using var response = await http.GetAsync("/health");
                if (response.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException) when (!_process.HasExited && Stopwatch.GetElapsedTime(began) < StartLimit)
            {
                // It does not listen yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
