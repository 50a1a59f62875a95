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
        await replicas.One.PutAliasAsync("live", "test/v0");
        await Eventually.TrueAsync(async _ => await replicas.Other.AskModelAsync("live") == "test/v0", "the alias to be known", cancellationToken: Cancellation);

        async Task<int> AskAsync()
        {
            var deployment = await replicas.Other.AskModelAsync("live");
            Assert.StartsWith("test/v", deployment, StringComparison.Ordinal);
            return int.Parse(deployment.AsSpan("test/v".Length), null);
        }

        await SwitchLoad.AssertSwitchedAsync(
            [.. Enumerable.Range(0, Askers).Select(_ => (Func<Task<int>>)AskAsync)], 1, async version => Assert.Equal(200, (await replicas.One.PutAliasAsync("live", $"test/v{version}")).Status), Cancellation);
    }

    [Fact]
    public async Task A_fine_tuned_model_registered_at_one_gateway_answers_at_the_other()
    {
        await using var replicas = await Replicas.StartAsync();
        await Promptly.TrueAsync(
            WithinASecond,
            number => replicas.One.RegisterAsync($"ft:chat:proj_default:x:{number}", job: $"ftjob-{number}"),
            async number => await replicas.Other.AskModelAsync($"ft:chat:proj_default:x:{number}") == "test/tuned", "the model to be known", Cancellation);
    }

    [Fact]
    public async Task A_switch_whose_broadcast_is_lost_is_found_by_its_version()
    {
        // Each gateway's messages stay in its own memory: none reaches the other.
        await using var replicas = await Replicas.StartAsync(("Bus:Transport", "InMemory"));
        await replicas.One.PutAliasAsync("live", "test/new");
        await Eventually.TrueAsync(
            async _ => await replicas.Other.AskModelAsync("live") == "test/new", "the alias to be found", cancellationToken: Cancellation);
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
        await Eventually.TrueAsync(async _ => (await gateway.PutAliasAsync("live", "test/new")).Status == 200, "the database to be back", cancellationToken: Cancellation);
        Assert.Equal("test/new", await gateway.AskModelAsync("live"));
    }
}
