using System.Text;
using LlmGateway.ServiceDefaults;
using LlmGateway.TestKit;

namespace LlmGateway.System.Tests;

/// <summary>Redis goes and comes back under load: calls are served, and only what gateways share is missing meanwhile.</summary>
public sealed class CacheOutageTests(OwnServers servers) : IClassFixture<OwnServers>
{
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(10);

    /// <summary>Far more than a call takes here.</summary>
    private static readonly TimeSpan Unnoticed = TimeSpan.FromSeconds(5);

    private static int _questions;

    [Fact]
    public async Task Calls_are_served_without_Redis_and_shared_again_with_it()
    {
        var redis = await servers.StartAsync(ResourceNames.Redis);
        await using var system = await ServicesSystem.StartAsync(new SystemServers { Redis = redis });
        await using var load = await Load.StartAsync(system);
        await Eventually.TrueAsync(_ => IsSharedAsync(system), "an answer to be shared between the gateways");
        await redis.KillAsync(ResourceNames.Redis);
        await load.GoOnAsync(Outage);
        var gateways = system.ProcessesOf(ResourceNames.Gateway);
        await Eventually.TrueAsync(
            async _ => !await IsSharedAsync(system) && gateways.All(gateway => gateway.Output.Contains("ConnectionStrings:redis", StringComparison.Ordinal)),
            "nothing to be shared, and both gateways to say why");
        await load.GoOnAsync(TimeSpan.Zero);
        await redis.StartAsync(ResourceNames.Redis);
        await load.GoOnAsync(TimeSpan.FromSeconds(1));
        await Eventually.TrueAsync(_ => IsSharedAsync(system), "answers to be shared again");
        await load.StopAsync();
        Assert.Empty(load.Failures);
        Assert.InRange(load.Usual, TimeSpan.Zero, Unnoticed);
        await StoredCalls.AssertOnceAsync(system, load);
        Assert.All(gateways, gateway => Assert.DoesNotContain("   at ", gateway.Output, StringComparison.Ordinal));
    }

    /// <summary>Asks one gateway something new and the other the same, and tells whether the second had it from the first.</summary>
    private static async Task<bool> IsSharedAsync(ServicesSystem system)
    {
        var question = $$"""{"model":"test/gpt-4o-mini","temperature":0,"messages":[{"role":"user","content":"shared {{Interlocked.Increment(ref _questions)}}"}]}""";
        var status = "";
        foreach (var gateway in system.Gateways)
        {
            using var content = new StringContent(question, Encoding.UTF8, "application/json");
            using var response = await system.ClientOf(gateway).PostAsync("/v1/chat/completions", content, TestContext.Current.CancellationToken);
            Assert.Equal(200, (int)response.StatusCode);
            status = response.Headers.GetValues("Cache-Status").Single();
        }

        return status.Contains("hit", StringComparison.Ordinal);
    }
}
