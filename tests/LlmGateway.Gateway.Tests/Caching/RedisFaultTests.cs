using LlmGateway.TestKit;
using LlmGateway.TestKit.Servers;
using LlmGateway.TestKit.Upstream;

namespace LlmGateway.Gateway.Tests.Caching;

/// <summary>Redis absent, stopped, frozen and back: callers are answered as if there were none.</summary>
public sealed class RedisFaultTests : IAsyncLifetime
{
    /// <summary>As many as open the breaker, of which some may be writes.</summary>
    private const int Failures = 5;
    private const int Load = 40;

    private ServerSet _servers = null!;
    private UpstreamServer _upstream = null!;

    private (string, string?)[] Settings => [("ConnectionStrings:redis", _servers.Redis)];

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(TestServers.SkipReason is not null, TestServers.SkipReason ?? "");
        _servers = await ServerSet.StartNewAsync("redis");
        _upstream = await UpstreamServer.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _upstream.DisposeAsync();
        await _servers.DisposeAsync();
    }

    [Fact]
    public async Task A_frozen_Redis_costs_a_few_requests_their_budget_and_the_rest_nothing_until_it_is_back()
    {
        await using var gateway = await InProcessGateway.StartAsync(_upstream.BaseUrl, Settings);
        await gateway.RedisAnswersAsync();
        using var counts = new CacheCounts(gateway);
        await _servers.FreezeAsync("redis");
        await AskAllAsync(gateway, "frozen");
        var timeouts = counts.RedisReads("timeout");
        Assert.InRange(timeouts, 1, Failures);
        Assert.Equal(Load - timeouts, counts.RedisReads("skipped"));

        await _servers.ThawAsync("redis");
        await gateway.RedisAnswersAsync();
        await AskUntilAsync(gateway, "thawed", () => counts.RedisReads("miss") > 0);
    }

    [Fact]
    public async Task A_Redis_that_is_killed_under_load_is_done_without_and_taken_up_again_when_it_is_back()
    {
        await using var gateway = await InProcessGateway.StartAsync(_upstream.BaseUrl, Settings);
        await gateway.RedisAnswersAsync();
        using var counts = new CacheCounts(gateway);
        var load = AskAllAsync(gateway, "killed");
        await _servers.KillAsync("redis");
        await load;
        var before = counts.RedisReads("timeout") + counts.RedisReads("error");
        await AskAllAsync(gateway, "gone");
        Assert.True(counts.RedisReads("skipped") > 0);
        Assert.InRange(counts.RedisReads("timeout") + counts.RedisReads("error") - before, 0, Failures);

        await _servers.StartAsync("redis");
        await gateway.RedisAnswersAsync();
        var written = counts.Writes("stored");
        await AskUntilAsync(gateway, "back", () => counts.Writes("stored") > written);
    }

    [Fact]
    public async Task A_Redis_that_is_absent_at_the_start_holds_nothing_up_and_is_used_once_it_is_there()
    {
        await _servers.StopAsync("redis");
        await using var gateway = await InProcessGateway.StartAsync(_upstream.BaseUrl, Settings);
        using var counts = new CacheCounts(gateway);
        await AskAllAsync(gateway, "absent");
        Assert.Equal(Load, counts.RedisReads("skipped"));

        await _servers.StartAsync("redis");
        await gateway.RedisAnswersAsync();
        await AskUntilAsync(gateway, "there", () => counts.Writes("stored") > 0);
    }

    /// <summary>Asks something new each time: on a busy machine a budget may run out.</summary>
    private static Task AskUntilAsync(InProcessGateway gateway, string what, Func<bool> condition) => Eventually.TrueAsync(
        async _ =>
        {
            await gateway.AskAsync($"{what} {Guid.CreateVersion7()}");
            return condition();
        },
        what);

    /// <summary>Asks one after another; each question is new, so that each looks into Redis if it may.</summary>
    private static async Task AskAllAsync(InProcessGateway gateway, string what)
    {
        for (var number = 0; number < Load; number++)
        {
            Assert.Equal("fwd=miss; stored", await gateway.AskAsync($"{what} {number}"));
        }
    }
}
