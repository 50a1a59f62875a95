using System.Globalization;
using LlmGateway.Benchmarks.Gateway.Load;
using LlmGateway.Benchmarks.Gateway.Servers;
using LlmGateway.Benchmarks.Ingestion;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Servers;

namespace LlmGateway.Benchmarks.Gateway;

/// <summary>
/// The gateway as a service of its own beside Standalone, and itself with and without its broker, in alternated runs. All
/// servers are on this machine and share its processors with the load.
/// </summary>
internal static class ServicesBenchmark
{
    private const int DefaultRuns = 5;
    private const int Connections = 64;
    private const int PerSecond = 1_000;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(4);
    private static readonly LoadRequest Request = LoadRequest.Chat(bodyBytes: 1_000);

    public static async Task<int> RunAsync(string[] args)
    {
        var runs = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : DefaultRuns;
        using var alone = new TempFolder();
        using var apart = new TempFolder();
        await using var servers = await ServerSet.StartNewAsync();
        await using var store = new PostgresStore(servers);
        await using var upstream = await ServerProcess.StartRoleAsync("serve-upstream", FreePort.Next());
        await using var datasets = await DatasetsServer.StartAsync(servers.RabbitMq, store.Connection, apart);
        await using var standalone = await GatewayServer.StartAsync(upstream, alone);
        await using var service = await GatewayServer.StartServiceAsync(upstream, apart, servers, datasets);
        ServerProcess[] log = [standalone, service, datasets];
        await SaturateAsync(standalone, WarmUp, log);
        await SaturateAsync(service, WarmUp, log);

        var (one, several, present, away) = (new Series(), new Series(), new Series(), new Series());
        for (var run = 0; run < runs; run++)
        {
            one.Add(await SaturateAsync(standalone, Duration, log));
            several.Add(await SaturateAsync(service, Duration, log));
            present.Add(await P99Async(service, log));
            await servers.KillAsync("rabbitmq");
            away.Add(await P99Async(service, []));
            await servers.StartAsync("rabbitmq");
            await SettleAsync(log);
        }

        Print("Standalone, requests/s at saturation", one);
        Print("services, requests/s at saturation", several);
        Print("services, p99 ms at 1,000/s", present);
        Print("services while RabbitMQ is killed, p99 ms at 1,000/s", away);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"services / Standalone: {several.Median / one.Median:0.00}; added p99 without the broker: {away.Median - present.Median:+0.00;-0.00} ms"));
        return 0;
    }

    private static async Task<double> SaturateAsync(ServerProcess server, TimeSpan duration, ServerProcess[] log)
    {
        var result = await ClosedLoop.RunAsync(server.Port, Request, Connections, duration);
        await SettleAsync(log);
        return result.Failures == 0 ? result.PerSecond : throw new InvalidOperationException($"{result.Failures} requests failed.");
    }

    private static async Task<double> P99Async(ServerProcess server, ServerProcess[] log)
    {
        var result = await new OpenLoop(Request).RunAsync(server.Port, PerSecond, Connections, Duration);
        await SettleAsync(log);
        return result.Failures == 0 ? result.P99 : throw new InvalidOperationException($"{result.Failures} requests failed.");
    }

    /// <summary>Nobody pays for what another run put off: the log of each is stored first.</summary>
    private static async Task SettleAsync(ServerProcess[] log)
    {
        foreach (var server in log)
        {
            await server.SettleAsync();
        }
    }

    private static void Print(string name, Series series) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{name}: {series.Median:0.##} ({series.Least:0.##}–{series.Most:0.##})"));
}
