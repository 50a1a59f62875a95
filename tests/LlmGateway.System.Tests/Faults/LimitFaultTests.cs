using LlmGateway.ServiceDefaults;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;
using Npgsql;
using StackExchange.Redis;

namespace LlmGateway.System.Tests;

/// <summary>Limits of two gateways hold in a burst, and when a gateway or the Redis that they share dies.</summary>
[Collection<LimitedShape>]
public sealed class LimitFaultTests(LimitedServices fixture) : Scenario(fixture.Gateway)
{
    private static readonly TimeSpan RedisBack = TimeSpan.FromSeconds(90);

    private readonly ServicesSystem _system = fixture.Gateway;

    [Fact]
    public async Task A_burst_of_200_against_50_lets_exactly_50_through()
    {
        var project = await LimitedProject.MakeAsync(_system);
        var limit = await project.LimitAsync("requests", "month", 50);

        // Both gateways know the key then: what is asked of them at once is the limit alone.
        await Task.WhenAll(project.Callers.Select(caller => LimitedProject.SendAsync(caller, HttpMethod.Get, "/v1/models")));
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(call => project.CallAsync(gateway: call % 2)));
        var statuses = answers.CountBy(answer => answer.Status).OrderBy(status => status.Key).Select(status => $"{status.Value} x {status.Key}");
        Assert.Equal("50 x 200, 150 x 429", string.Join(", ", statuses));
        Assert.All(answers, answer => Assert.Null(answer.Header("x-llmgateway-limits")));
        Assert.Equal(50, ModelCalls.Count);
        await project.EventuallyUsedAsync(limit, 50);
    }

    [Fact]
    public async Task What_a_killed_gateway_held_is_free_after_its_lease_and_what_it_set_aside_is_given_back()
    {
        var project = await LimitedProject.MakeAsync(_system);
        await project.LimitAsync("concurrent_requests", null, 2);
        var tokens = await project.LimitAsync("tokens", "month", 1000);
        var victim = _system.ProcessesOf(ResourceNames.Gateway)[1];
        Gateway.Upstream.Script = new UpstreamScript { BeforeChunk = (chunk, gone) => chunk < 1 ? Task.CompletedTask : Task.Delay(Timeout.InfiniteTimeSpan, gone) };
        using var first = await project.BeginStreamAsync("\"max_tokens\":400,", gateway: 1);
        using var second = await project.BeginStreamAsync("\"max_tokens\":400,", gateway: 1);
        Assert.Equal((200, 200), ((int)first.StatusCode, (int)second.StatusCode));
        Gateway.Upstream.Script = new UpstreamScript();
        Assert.Equal(429, (await project.CallAsync("\"max_tokens\":400,")).Status);

        victim.Kill();
        await victim.WaitForExitAsync();
        try
        {
            await Eventually.TrueAsync(async _ => (await project.CallAsync("\"max_tokens\":400,")).Status == 200, "the dead gateway's slots and tokens to be free", LimitedServices.Lease * 4, Cancel);
        }
        finally
        {
            await victim.StartAgainAsync();
        }

        await project.EventuallyUsedAsync(tokens, 18);
    }

    [Fact]
    public async Task A_month_s_budget_outlives_both_gateways_and_everything_in_Redis()
    {
        var project = await LimitedProject.MakeAsync(_system);
        var limit = await project.LimitAsync("requests", "month", 5);
        for (var call = 0; call < 4; call++)
        {
            Assert.Equal(200, (await project.CallAsync(gateway: call % 2)).Status);
        }

        await WrittenAsync(limit, 4);
        var gateways = _system.ProcessesOf(ResourceNames.Gateway);
        foreach (var gateway in gateways)
        {
            gateway.Kill();
            await gateway.WaitForExitAsync();
        }

        await ForgetAllAsync();
        await Task.WhenAll(gateways.Select(gateway => gateway.StartAgainAsync()));
        await LimitedProject.WaitUntilSharedAsync(_system);
        Assert.Equal(200, (await project.CallAsync(gateway: 1)).Status);
        Assert.Equal((429, 429), ((await project.CallAsync(gateway: 0)).Status, (await project.CallAsync(gateway: 1)).Status));
        await project.EventuallyUsedAsync(limit, 5);
    }

    [Fact]
    public async Task Without_Redis_each_gateway_counts_on_from_the_database_and_says_so()
    {
        var project = await LimitedProject.MakeAsync(_system);
        var limit = await project.LimitAsync("requests", "month", 5);
        Assert.Equal((200, null), await AskAsync(project, 0));
        Assert.Equal((200, null), await AskAsync(project, 1));
        await WrittenAsync(limit, 2);

        await fixture.Redis.KillAsync(ResourceNames.Redis);
        try
        {
            for (var call = 0; call < 3; call++)
            {
                Assert.Equal((200, "local"), await AskAsync(project, 0));
            }

            Assert.Equal((429, "local"), await AskAsync(project, 0));
            await WrittenAsync(limit, 5);
            Assert.Equal((429, "local"), await AskAsync(project, 1));
        }
        finally
        {
            await fixture.Redis.StartAsync(ResourceNames.Redis);
        }

        // Nobody has asked yet: it comes back with nothing in it, as one does that keeps nothing on a disk.
        await ForgetAllAsync();
        foreach (var gateway in Enumerable.Range(0, project.Callers.Count))
        {
            await Eventually.TrueAsync(async _ => await AskAsync(project, gateway) == (429, null), "the gateways to count together again, and to know what was used meanwhile", RedisBack, Cancel);
        }

        await project.EventuallyUsedAsync(limit, 5);
    }

    private static async Task<(int Status, string? Where)> AskAsync(LimitedProject project, int gateway)
    {
        var answer = await project.CallAsync(gateway: gateway);
        return (answer.Status, answer.Header("x-llmgateway-limits"));
    }

    private async Task ForgetAllAsync()
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(fixture.Redis.Redis + ",allowAdmin=true");
        await redis.GetServers()[0].FlushAllDatabasesAsync();
    }

    /// <summary>Returns when the database holds so much, whatever Redis says.</summary>
    private async Task WrittenAsync(string limit, long used)
    {
        await using var source = NpgsqlDataSource.Create(_system.ConnectionOf(ResourceNames.GatewayDatabase));
        await Eventually.TrueAsync(
            async token =>
            {
                await using var command = source.CreateCommand("""SELECT coalesce(sum("Used"), 0)::bigint FROM limit_usage WHERE "LimitId" = $1""");
                command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = limit });
                return (long)(await command.ExecuteScalarAsync(token))! == used;
            },
            $"{used} to be written", cancellationToken: Cancel);
    }
}
