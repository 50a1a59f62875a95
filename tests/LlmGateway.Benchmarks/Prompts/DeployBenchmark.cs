using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using LlmGateway.Benchmarks.Gateway;
using LlmGateway.Benchmarks.Gateway.Servers;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Servers;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Benchmarks.Prompts;

/// <summary>How soon after a deploy was answered no request begins any more that gets the old version, at two gateways under load.</summary>
internal static class DeployBenchmark
{
    private const int Deploys = 10;
    private const int Askers = 8;
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(1);

    public static async Task RunAsync()
    {
        if (TestServers.SkipReason is { } reason)
        {
            Console.WriteLine($"Deploys at two gateways were not measured: {reason}");
            return;
        }

        await using var upstream = await ServerProcess.StartRoleAsync("serve-upstream", FreePort.Next());
        (string, string?)[] shared =
        [
            ("ConnectionStrings:gateway", await TestServers.CreateDatabaseAsync()), ("ConnectionStrings:rabbitmq", await TestServers.CreateVirtualHostAsync()),
            ("Gateway:Providers:bench:BaseUrl", upstream.Url + "/v1"),
        ];
        await using var one = await StartAsync(upstream, shared);
        await using var other = await StartAsync(upstream, shared);
        await PrepareAsync(one);
        await Eventually.TrueAsync(async _ => await AskAsync(other) == "bench@1", "the prompt to be known");
        var delays = new Series();
        for (var deploy = 0; deploy < Deploys; deploy++)
        {
            delays.Add(await MeasureAsync(one, other, to: 2 - (deploy % 2)));
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"The last request for the old version began {delays.Median:0.0} ms ({delays.Least:0.0} to {delays.Most:0.0}) after a deploy was answered; goal 1000 ms: {(delays.Most <= 1000 ? "met" : "MISSED")}"));
    }

    private static async Task<InProcessGateway> StartAsync(ServerProcess upstream, (string, string?)[] settings)
    {
        var gateway = await InProcessGateway.StartAsync(new Uri(upstream.Url + "/v1"), settings);
        await gateway.Services.GetRequiredService<IBusControl>().WaitForHealthStatus(BusHealthStatus.Healthy, TimeSpan.FromSeconds(60));
        return gateway;
    }

    private static async Task PrepareAsync(InProcessGateway gateway)
    {
        foreach (var (path, text) in new[] { ("/v1/prompts", "One."), ("/v1/prompts/bench/versions", "Two.") })
        {
            var content = new Dictionary<string, object> { ["model"] = "bench/fixed", ["messages"] = new[] { new { role = "system", content = text } } };
            if (path == "/v1/prompts")
            {
                content["name"] = "bench";
            }

            using var made = await gateway.Http.PostAsJsonAsync(path, content);
            made.EnsureSuccessStatusCode();
        }

        await DeployAsync(gateway, 1);
    }

    private static async Task DeployAsync(InProcessGateway gateway, int version)
    {
        using var deployed = await gateway.Http.PutAsJsonAsync("/v1/prompts/bench/labels/production", new { version });
        deployed.EnsureSuccessStatusCode();
    }

    /// <returns>Milliseconds; negative when no request for the old version began after the deploy was answered.</returns>
    private static async Task<double> MeasureAsync(InProcessGateway one, InProcessGateway other, int to)
    {
        var answers = new ConcurrentBag<(long Asked, string Version)>();
        using var enough = new CancellationTokenSource();
        var load = Task.WhenAll(Enumerable.Range(0, Askers).Select(asker => AskOnAsync(asker % 2 == 0 ? one : other, answers, enough.Token)));
        await Eventually.TrueAsync(() => answers.Count > Askers * 4, "the load to run");
        await DeployAsync(one, to);
        var deployed = Stopwatch.GetTimestamp();
        await Eventually.TrueAsync(() => Stopwatch.GetElapsedTime(deployed) > Settled, "a second to go by");
        await enough.CancelAsync();
        await load;
        return Stopwatch.GetElapsedTime(deployed, answers.Where(answer => answer.Version != $"bench@{to}").Max(answer => answer.Asked)).TotalMilliseconds;
    }

    private static async Task AskOnAsync(InProcessGateway gateway, ConcurrentBag<(long, string)> answers, CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            var asked = Stopwatch.GetTimestamp();
            answers.Add((asked, await AskAsync(gateway)));
        }
    }

    private static async Task<string> AskAsync(InProcessGateway gateway)
    {
        using var answer = await gateway.Http.PostAsJsonAsync("/v1/chat/completions", new { model = "prompt/bench", messages = new[] { new { role = "user", content = "hi" } } });
        return answer.Headers.TryGetValues("x-llmgateway-prompt", out var version) ? version.Single() : "";
    }
}
