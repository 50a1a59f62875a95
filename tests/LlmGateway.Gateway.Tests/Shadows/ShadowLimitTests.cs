using LlmGateway.Gateway.Storage;
using LlmGateway.Gateway.Tests.ProjectModels;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static LlmGateway.Gateway.Tests.Shadows.ShadowCalls;

namespace LlmGateway.Gateway.Tests.Shadows;

public sealed class ShadowLimitTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_gateways_together_make_as_many_calls_as_are_allowed_and_no_more()
    {
        await using var replicas = await Replicas.StartAsync();
        await replicas.One.ShadowAsync(limits: new { max_calls = 5 });
        await Eventually.TrueAsync(async _ => (await replicas.Other.ListedAsync("/v1/shadows")).Length == 1, "the shadow", cancellationToken: Cancellation);
        await AskAsync(replicas, 40);
        var shadow = await replicas.One.UntilAsync(shadow => Status(shadow) == "exhausted", "the limit");
        Assert.Equal((5, "max_calls"), (shadow.Count("calls"), shadow.GetProperty("status_reason").GetString()));
        // A call counts before it is made.
        await replicas.Upstream.UntilAskedAsync(Candidate, 5);
        Assert.Equal(5, replicas.Upstream.Of(Candidate).Count);

        await replicas.One.SendAsync(HttpMethod.Post, "/v1/shadows/try", new { max_calls = 6, status = "active" });
        await AskAsync(replicas, 40);
        shadow = await replicas.One.UntilAsync(shadow => Status(shadow) == "exhausted", "the new limit");
        await replicas.Upstream.UntilAskedAsync(Candidate, 6);
        Assert.Equal((6, 6), (shadow.Count("calls"), replicas.Upstream.Of(Candidate).Count));
    }

    [Fact]
    public async Task Two_gateways_together_never_spend_more_than_they_may()
    {
        await using var replicas = await Replicas.StartAsync(Priced);
        // Four calls of 0.0018 fit, five do not.
        await replicas.One.ShadowAsync(limits: new { max_cost_usd = 0.008 });
        await AskAsync(replicas, 40);
        var shadow = await replicas.One.UntilAsync(shadow => Status(shadow) == "exhausted", "the limit");
        Assert.Equal("max_cost_usd", shadow.GetProperty("status_reason").GetString());
        Assert.Equal((4, 0.0072m), (shadow.Count("calls"), shadow.CostOf()));
        await replicas.Upstream.UntilAskedAsync(Candidate, 4);
        Assert.Equal(4, replicas.Upstream.Of(Candidate).Count);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_days_limit_opens_with_the_next_day(Store store)
    {
        await using var on = await GatewayOn.StartAsync(store, Priced);
        await on.Gateway.ShadowAsync(limits: new { max_cost_usd_per_day = 0.002 });
        await on.Gateway.AskRouteAsync("one");
        await on.Gateway.UntilAsync(shadow => shadow.CostOf() == 0.0018m, "the first call");
        await on.Gateway.AskRouteAsync("two");
        await using (var scope = on.Gateway.Services.CreateAsyncScope())
        {
            // The first call was yesterday's.
            await scope.ServiceProvider.GetRequiredService<GatewayDbContext>().ShadowLedgers
                .ExecuteUpdateAsync(update => update.SetProperty(row => row.Day, row => row.Day - 1), Cancellation);
        }

        await on.Gateway.AskRouteAsync("three");
        var shadow = await on.Gateway.UntilAsync(shadow => shadow.Count("calls") == 2, "the next day's call");
        Assert.Equal("active", Status(shadow));
        await Eventually.TrueAsync(() => on.Upstream.Of(Candidate).Count == 2, "the call", cancellationToken: Cancellation);
    }

    [Fact]
    public async Task Where_nobody_knows_what_calls_cost_a_limit_of_cost_ends_at_once()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        await on.Gateway.ShadowAsync(limits: new { max_cost_usd = 5 });
        await on.Gateway.AskRouteAsync();
        var shadow = await on.Gateway.UntilAsync(shadow => Status(shadow) == "exhausted", "the end");
        Assert.Equal(("price_unknown", 1), (shadow.GetProperty("status_reason").GetString(), shadow.Count("unpriced")));
    }

    [Fact]
    public async Task What_does_not_fit_the_queue_is_dropped_and_counted()
    {
        var released = new TaskCompletionSource();
        await using var on = await GatewayOn.StartAsync(Store.Sqlite, ("Gateway:Shadows:MaxWaitingCalls", "4"), ("Gateway:Shadows:Concurrency", "1"));
        await on.Gateway.ShadowAsync();
        on.Upstream.Enqueue(new UpstreamScript(), new UpstreamScript { BeforeHeaders = _ => released.Task });
        await on.Gateway.AskRouteAsync("0");
        await on.Upstream.UntilAskedAsync(Candidate, 1);
        for (var question = 1; question <= 5; question++)
        {
            await on.Gateway.AskRouteAsync($"{question}");
        }

        await on.Gateway.UntilAsync(shadow => shadow.Count("dropped") == 4, "what was dropped");
        released.SetResult();
        await on.Gateway.UntilAsync(shadow => shadow.Count("calls") == 2, "the one that waited");
        await on.Upstream.UntilAskedAsync(Candidate, 2);
        Assert.Equal(2, on.Upstream.Of(Candidate).Count);
    }

    [Fact]
    public async Task A_shadow_ends_with_its_time()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        await on.Gateway.ShadowAsync(limits: new { max_calls = 9, expires_at = TimeProvider.System.GetUtcNow().AddHours(1).ToUnixTimeSeconds() });
        await Eventually.TrueAsync(
            async _ => (await on.Gateway.SendAsync(HttpMethod.Post, "/v1/shadows/try", new { expires_at = TimeProvider.System.GetUtcNow().AddSeconds(2).ToUnixTimeSeconds() })).Status == 200,
            "an end that is soon, and not over before it is asked for", cancellationToken: Cancellation);
        await on.Gateway.UntilAsync(shadow => Status(shadow) == "expired", "its end");
        await on.Gateway.AskRouteAsync();
        await on.Gateway.SendAsync(HttpMethod.Post, "/v1/shadows/try", new { expires_at = TimeProvider.System.GetUtcNow().AddHours(1).ToUnixTimeSeconds() });
        await on.Gateway.AskRouteAsync("later");
        await on.Upstream.UntilAskedAsync(Candidate, 1);
        Assert.Contains("later", Assert.Single(on.Upstream.Of(Candidate)).BodyText);
    }

    private static Task AskAsync(Replicas replicas, int times) => Task.WhenAll(Enumerable.Range(0, times).Select(number =>
        (number % 2 == 0 ? replicas.One : replicas.Other).AskRouteAsync($"question {Guid.CreateVersion7()}")));

    private static string? Status(System.Text.Json.JsonElement shadow) => shadow.GetProperty("status").GetString();
}
