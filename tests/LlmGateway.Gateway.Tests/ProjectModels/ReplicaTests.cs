using System.Collections.Concurrent;
using System.Diagnostics;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Servers;

namespace LlmGateway.Gateway.Tests.ProjectModels;

/// <summary>A switch at one gateway, seen from another one.</summary>
public sealed class ReplicaTests
{
    private const int Askers = 8;
    private static readonly TimeSpan WithinASecond = TimeSpan.FromSeconds(1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_switch_under_load_is_whole_and_reaches_the_other_gateway_within_a_second()
    {
        await using var replicas = await Replicas.StartAsync();
        await replicas.One.PutAliasAsync("live", "test/old");
        await Eventually.TrueAsync(async _ => await replicas.Other.AskModelAsync("live") == "test/old", "the alias to be known", cancellationToken: Cancellation);

        var answers = new ConcurrentBag<(long Asked, string Deployment)>();
        using var enough = new CancellationTokenSource();
        var load = Task.WhenAll(Enumerable.Range(0, Askers).Select(_ => AskOnAsync(replicas.Other, answers, enough.Token)));
        await Eventually.TrueAsync(() => answers.Count > Askers, "the load to run", cancellationToken: Cancellation);
        await replicas.One.PutAliasAsync("live", "test/new");
        var switched = Stopwatch.GetTimestamp();
        await Eventually.TrueAsync(
            () => answers.Any(answer => answer.Asked > switched + (long)(WithinASecond.TotalSeconds * Stopwatch.Frequency)), "a second to go by", cancellationToken: Cancellation);
        await enough.CancelAsync();
        await load;

        Assert.All(answers, answer => Assert.Contains(answer.Deployment, (string[])["test/old", "test/new"]));
        var lastOld = answers.Where(answer => answer.Deployment == "test/old").Max(answer => answer.Asked);
        Assert.InRange(Stopwatch.GetElapsedTime(switched, lastOld), -TimeSpan.FromMinutes(1), WithinASecond);
        TestContext.Current.SendDiagnosticMessage($"The last request for the old model began {Stopwatch.GetElapsedTime(switched, lastOld).TotalMilliseconds:0.0} ms after the switch was answered");
    }

    [Fact]
    public async Task A_fine_tuned_model_registered_at_one_gateway_answers_at_the_other()
    {
        await using var replicas = await Replicas.StartAsync();
        await replicas.One.RegisterAsync("ft:chat:proj_default:x:1");
        await Eventually.TrueAsync(
            async _ => await replicas.Other.AskModelAsync("ft:chat:proj_default:x:1") == "test/tuned", "the model to be known", WithinASecond, Cancellation);
    }

    [Fact]
    public async Task A_switch_whose_broadcast_is_lost_is_found_by_its_version()
    {
        // Each gateway's messages stay in its own memory: none reaches the other.
        await using var replicas = await Replicas.StartAsync(("Bus:Transport", "InMemory"));
        await replicas.One.PutAliasAsync("live", "test/new");
        await Eventually.TrueAsync(
            async _ => await replicas.Other.AskModelAsync("live") == "test/new", "the alias to be found", TimeSpan.FromSeconds(8), Cancellation);
    }

    [Fact]
    public async Task While_the_database_is_away_the_last_known_aliases_go_on()
    {
        Assert.SkipWhen(TestServers.SkipReason is not null, TestServers.SkipReason ?? "");
        await using var servers = await ServerSet.StartNewAsync("postgres");
        await using var upstream = await TestKit.Upstream.UpstreamServer.StartAsync();
        await using var gateway = await InProcessGateway.StartAsync(upstream.BaseUrl, ("ConnectionStrings:gateway", servers.Postgres));
        await gateway.PutAliasAsync("live", "test/old");
        await servers.KillAsync("postgres");
        Assert.Equal(503, (await gateway.PutAliasAsync("live", "test/new")).Status);
        Assert.Equal("test/old", await gateway.AskModelAsync("live"));

        await servers.StartAsync("postgres");
        await Eventually.TrueAsync(async _ => (await gateway.PutAliasAsync("live", "test/new")).Status == 200, "the database to be back", TimeSpan.FromSeconds(30), Cancellation);
        Assert.Equal("test/new", await gateway.AskModelAsync("live"));
    }

    private static async Task AskOnAsync(InProcessGateway gateway, ConcurrentBag<(long, string)> answers, CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            var asked = Stopwatch.GetTimestamp();
            answers.Add((asked, await gateway.AskModelAsync("live")));
        }
    }
}
