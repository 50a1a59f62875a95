using System.Diagnostics.Metrics;
using LlmGateway.Gateway.Limits;
using LlmGateway.Gateway.Limits.Counters;
using LlmGateway.Gateway.Limits.Rules;
using LlmGateway.Gateway.Storage;
using LlmGateway.Gateway.Tests.Caching;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Servers;
using LlmGateway.TestKit.Upstream;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using StackExchange.Redis;

namespace LlmGateway.Gateway.Tests.Limits;

/// <summary>Two gateways on one Redis and one database.</summary>
public sealed class SharedLimitTests : IAsyncLifetime
{
    /// <summary>It is renewed after each third: long enough that a machine that stalls does not lose it.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(20);

    private ServerSet _servers = null!;
    private UpstreamServer _upstream = null!;
    private InProcessGateway _one = null!;
    private InProcessGateway _other = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(TestServers.SkipReason is not null, TestServers.SkipReason ?? "");
        _servers = await ServerSet.StartNewAsync("redis");
        _upstream = await UpstreamServer.StartAsync();
        (string, string?)[] settings =
        [
            .. LimitCalls.Prices,
            ("ConnectionStrings:redis", _servers.Redis),
            ("ConnectionStrings:gateway", await TestServers.CreateDatabaseAsync()),
            ("Gateway:Limits:Lease", Lease.ToString()),

            // The tests' machine may be busy, and what is tested is not how fast it is.
            ("Gateway:Limits:RedisTimeout", "00:00:10"),
        ];
        _one = await InProcessGateway.StartAsync(_upstream.BaseUrl, settings);
        _other = await InProcessGateway.StartAsync(_upstream.BaseUrl, settings);
        await _one.RedisAnswersAsync();
        await _other.RedisAnswersAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _one.DisposeAsync();
        await _other.DisposeAsync();
        await _upstream.DisposeAsync();
        await _servers.DisposeAsync();
    }

    [Fact]
    public async Task A_burst_of_200_against_a_limit_of_50_across_two_replicas_lets_exactly_50_through()
    {
        var limit = await LimitAsync(LimitCalls.Limit("requests", "month", 50));
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(call => (call % 2 == 0 ? _one : _other).CallAsync(cancellationToken: Cancellation)));

        var statuses = answers.CountBy(answer => answer.Status).OrderBy(status => status.Key).Select(status => $"{status.Value} x {status.Key}");
        Assert.Equal("50 x 200, 150 x 429", string.Join(", ", statuses));
        Assert.Equal(50, _upstream.Requests.Count(request => request.Method == "POST"));
        Assert.All(answers, answer => Assert.Null(answer.Header("x-llmgateway-limits")));
        await Eventually.TrueAsync(async _ => await _one.UsedAsync(limit) == 50 && await _other.UsedAsync(limit) == 50, "both gateways to tell the same", cancellationToken: Cancellation);
    }

    [Fact]
    public async Task One_round_trip_reserves_all_limits_of_a_call_and_one_settles_them()
    {
        await LimitAsync(LimitCalls.Limit("requests", "minute", 1000));
        await LimitAsync(LimitCalls.Limit("tokens", "minute", 1_000_000));
        await LimitAsync(LimitCalls.Limit("tokens", "second", 1_000_000));
        await using var redis = await ConnectionMultiplexer.ConnectAsync(_servers.Redis + ",allowAdmin=true");
        await _one.CallAsync(cancellationToken: Cancellation);
        var before = await ScriptsAsync(redis);
        for (var call = 0; call < 10; call++)
        {
            await _one.CallAsync(cancellationToken: Cancellation);
        }

        await Eventually.TrueAsync(async _ => await ScriptsAsync(redis) - before >= 20, "the calls to be settled", cancellationToken: Cancellation);
        Assert.InRange(await ScriptsAsync(redis) - before, 20, 21);
    }

    [Fact]
    public async Task A_slot_is_freed_before_the_other_replica_can_be_asked()
    {
        await LimitAsync(LimitCalls.Limit("concurrent_requests", null, 1));
        for (var call = 0; call < 100; call++)
        {
            Assert.Equal(200, (await (call % 2 == 0 ? _one : _other).CallAsync(call % 4 < 2 ? "" : "\"stream\":true,", cancellationToken: Cancellation)).Status);
        }
    }

    [Fact]
    public async Task What_a_dead_gateway_held_is_free_after_a_lease_and_what_a_living_one_holds_is_not()
    {
        var id = await LimitAsync(LimitCalls.Limit("concurrent_requests", null, 2));
        var limit = _one.Services.GetRequiredService<LimitDirectory>().Of("proj_default").Single();
        var dead = new CallLimits(Guid.CreateVersion7(), "proj_default", [new CountedLimit(limit, new CounterKey(id, "proj_default", "proj_default"), 0, 1)]);
        Assert.Equal(Verdict.Reserved, await _one.Services.GetRequiredService<RedisCounters>().ReserveAsync(dead, null));

        var release = new TaskCompletionSource();
        _upstream.Enqueue(new UpstreamScript { BeforeHeaders = _ => release.Task });
        var living = _one.CallAsync(cancellationToken: Cancellation);
        await Eventually.TrueAsync(() => _upstream.Requests.Any(request => request.Method == "POST"), "the call to be under way", cancellationToken: Cancellation);
        Assert.Equal(429, (await _other.CallAsync(cancellationToken: Cancellation)).Status);
        await Eventually.TrueAsync(async _ => (await _other.CallAsync(cancellationToken: Cancellation)).Status == 200, "the dead gateway's slot to be free", Lease * 6, Cancellation);

        // Long after the living call's first lease would have ended.
        await Eventually.TrueAsync(async _ => await DeadAsync(limit, id), "a second dead gateway to hold the slot and to lose it", Lease * 6, Cancellation);
        release.SetResult();
        Assert.Equal(200, (await living).Status);
    }

    [Fact]
    public async Task Settling_twice_counts_once()
    {
        var id = await LimitAsync(LimitCalls.Limit("tokens", "minute", 1000));
        var limit = _one.Services.GetRequiredService<LimitDirectory>().Of("proj_default").Single();
        var key = new CounterKey(id, "proj_default", "someone");
        var counters = _one.Services.GetRequiredService<RedisCounters>();
        var call = new CallLimits(Guid.CreateVersion7(), "proj_default", [new CountedLimit(limit, key, 0, 100) { Settled = 30 }]);
        Assert.Equal(Verdict.Reserved, await counters.ReserveAsync(call, null));
        Assert.Equal(Verdict.Reserved, await counters.ReserveAsync(call, null));
        Assert.Equal([100], await counters.TotalsAsync([key], 0));
        Assert.True(await counters.SettleAsync(call, waits: true));
        Assert.True(await counters.SettleAsync(call, waits: true));
        Assert.Equal([30], await counters.TotalsAsync([key], 0));
    }

    [Fact]
    public async Task While_Redis_is_away_each_gateway_counts_by_itself_and_says_so_and_the_budget_is_kept()
    {
        var limit = await LimitAsync(LimitCalls.Limit("requests", "month", 5));
        using var local = new MetricCollector<long>(_one.Services.GetRequiredService<IMeterFactory>(), Telemetry.Name, "llmgateway.limits.local");
        Assert.Equal(200, (await _one.CallAsync(cancellationToken: Cancellation)).Status);
        Assert.Equal(200, (await _other.CallAsync(cancellationToken: Cancellation)).Status);
        await Eventually.TrueAsync(async _ => await WrittenAsync(limit) == 2, "both calls to be written", cancellationToken: Cancellation);

        await _servers.KillAsync("redis");
        for (var call = 0; call < 3; call++)
        {
            var answer = await _one.CallAsync(cancellationToken: Cancellation);
            Assert.Equal((200, "local"), (answer.Status, answer.Header("x-llmgateway-limits")));
        }

        var refused = await _one.CallAsync(cancellationToken: Cancellation);
        Assert.Equal((429, "local"), (refused.Status, refused.Header("x-llmgateway-limits")));
        Assert.Equal(4, local.GetMeasurementSnapshot().Count);
        await Eventually.TrueAsync(async _ => await WrittenAsync(limit) == 5, "the calls to be written", cancellationToken: Cancellation);

        // It comes back with what it held before: the rest comes from the database.
        await _servers.StartAsync("redis");
        await _one.RedisAnswersAsync();
        await _other.RedisAnswersAsync();
        await Eventually.TrueAsync(async _ => (await _other.CallAsync(cancellationToken: Cancellation)) is { Status: 429 } answer && answer.Header("x-llmgateway-limits") is null, "Redis to be counted in again", cancellationToken: Cancellation);
        Assert.Equal(429, (await _one.CallAsync(cancellationToken: Cancellation)).Status);
        Assert.Equal(5, await _one.UsedAsync(limit));
    }

    [Fact]
    public async Task What_a_gateway_counted_alone_and_never_told_Redis_counts_when_Redis_is_back()
    {
        var limit = await LimitAsync(LimitCalls.Limit("requests", "month", 3));
        Assert.Equal(200, (await _one.CallAsync(cancellationToken: Cancellation)).Status);
        Assert.Equal(200, (await _other.CallAsync(cancellationToken: Cancellation)).Status);
        await Eventually.TrueAsync(async _ => await WrittenAsync(limit) == 2, "both calls to be written", cancellationToken: Cancellation);

        await _servers.KillAsync("redis");
        Assert.Equal(200, (await _one.CallAsync(cancellationToken: Cancellation)).Status);
        await Eventually.TrueAsync(async _ => await WrittenAsync(limit) == 3, "the call to be written", cancellationToken: Cancellation);
        await _one.DisposeAsync();

        await _servers.StartAsync("redis");
        await Eventually.TrueAsync(
            async _ =>
            {
                var answer = await _other.CallAsync(cancellationToken: Cancellation);
                Assert.Equal(429, answer.Status);
                return answer.Header("x-llmgateway-limits") is null;
            },
            "Redis to be counted in again",
            cancellationToken: Cancellation);
    }

    [Fact]
    public async Task A_restart_of_Redis_resets_no_budget_and_no_slot()
    {
        var limit = await LimitAsync(LimitCalls.Limit("cost_usd", "never", 1));
        await LimitAsync(LimitCalls.Limit("concurrent_requests", null, 1, "key"));
        Assert.Equal(200, (await _one.CallAsync("\"max_tokens\":7,", cancellationToken: Cancellation)).Status);
        Assert.Equal(200, (await _other.CallAsync("\"max_tokens\":7,", cancellationToken: Cancellation)).Status);
        await Eventually.TrueAsync(async _ => await WrittenAsync(limit) == 36_000_000, "both calls to be written", cancellationToken: Cancellation);

        var release = new TaskCompletionSource();
        _upstream.Enqueue(new UpstreamScript { BeforeHeaders = _ => release.Task });
        var living = _one.CallAsync("\"max_tokens\":7,", cancellationToken: Cancellation);
        await Eventually.TrueAsync(() => _upstream.Requests.Count(request => request.Method == "POST") == 3, "the call to be under way", cancellationToken: Cancellation);
        await using (var redis = await ConnectionMultiplexer.ConnectAsync(_servers.Redis + ",allowAdmin=true"))
        {
            await redis.GetServers()[0].FlushAllDatabasesAsync();
        }

        await Task.Delay(Lease, Cancellation);
        Assert.Equal(429, (await _other.CallAsync("\"max_tokens\":7,", cancellationToken: Cancellation)).Status);
        release.SetResult();
        Assert.Equal(200, (await living).Status);
        await Eventually.TrueAsync(async _ => await _other.UsedAsync(limit) == 0.054m, "all three calls to be counted", cancellationToken: Cancellation);
    }

    /// <summary>Makes a limit at one gateway and waits until the other one knows it.</summary>
    private async Task<string> LimitAsync(object limit)
    {
        var id = await _one.LimitAsync(limit);
        await Eventually.TrueAsync(
            () => _other.Services.GetRequiredService<LimitDirectory>().Of("proj_default").Any(known => known.Id == id), "the limit to be known", cancellationToken: Cancellation);
        return id;
    }

    private async Task<bool> DeadAsync(CompiledLimit limit, string id)
    {
        var counters = _other.Services.GetRequiredService<RedisCounters>();
        var dead = new CallLimits(Guid.CreateVersion7(), "proj_default", [new CountedLimit(limit, new CounterKey(id, "proj_default", "proj_default"), 0, 1)]);
        if (await counters.ReserveAsync(dead, null) != Verdict.Reserved)
        {
            return false;
        }

        // One slot is the living call's still, or both would be free.
        Assert.Equal(1, dead.Counted[0].Before);
        return true;
    }

    /// <summary>What the database holds, whatever Redis says.</summary>
    private async Task<long> WrittenAsync(string limit)
    {
        await using var scope = _other.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<GatewayDbContext>().LimitUsages.Where(row => row.LimitId == limit).SumAsync(row => row.Used, Cancellation);
    }

    private static async Task<long> ScriptsAsync(ConnectionMultiplexer redis)
    {
        var statistics = await redis.GetServers()[0].InfoRawAsync("commandstats");
        var line = statistics!.Split('\n').FirstOrDefault(line => line.StartsWith("cmdstat_evalsha:calls=", StringComparison.Ordinal));
        return line is null ? 0 : long.Parse(line.Split('=', ',')[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
