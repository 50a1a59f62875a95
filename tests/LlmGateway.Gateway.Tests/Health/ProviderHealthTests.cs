using System.Diagnostics.Metrics;
using LlmGateway.Gateway.Tests.ProjectModels;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using static LlmGateway.Gateway.Tests.Routes.RoutedGateway;

namespace LlmGateway.Gateway.Tests.Health;

/// <summary>Keys that are refused or limited, circuits that open, and what is told of both.</summary>
public sealed class ProviderHealthTests
{
    private static readonly (string, string?)[] ThreeKeys = [("Gateway:Providers:a:ApiKeys:0", "key-2"), ("Gateway:Providers:a:ApiKeys:1", "key-3")];

    private static readonly (string, string?)[] QuickBreaker =
    [
        ("Gateway:Providers:a:Breaker:MinimumRequests", "2"), ("Gateway:Providers:a:Breaker:CoolDown", "00:00:30"),
        ("Gateway:Providers:b:Breaker:MinimumRequests", "2"), ("Gateway:Providers:b:Breaker:CoolDown", "00:10:00"),
    ];

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(429)]
    public async Task Another_key_is_tried_at_once_and_the_old_one_rests(int status)
    {
        await using var routed = await StartAsync(ThreeKeys);
        routed.A.Enqueue(new UpstreamScript { Status = status });
        Assert.Equal("a/m", (await routed.AskAsync()).Deployment);
        var bad = KeysOf(routed.A)[0];
        for (var call = 0; call < 6; call++)
        {
            Assert.Equal("1", (await routed.AskAsync()).Attempts);
        }

        Assert.Equal(1, KeysOf(routed.A).Count(key => key == bad));
        Assert.Equal(3, KeysOf(routed.A).Distinct().Count());
        var health = await routed.HealthAsync("a");
        Assert.Equal(status == 429 ? 0 : 1, health.GetProperty("keys").EnumerateArray().Count(key => key.GetProperty("state").GetString() == "rejected"));
        Assert.Equal(status == 429 ? 1 : 0, health.GetProperty("deployments")[0].GetProperty("limited_keys").GetArrayLength());
        Assert.DoesNotContain("key-", health.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_every_key_is_refused_the_caller_is_told_so_and_not_with_the_providers_words()
    {
        await using var routed = await StartAsync([("Gateway:Routes:r:Model", "a/m")], ThreeKeys);
        routed.A.Script = new UpstreamScript { Status = 401, Body = """{"error":{"message":"Incorrect API key key-2","type":"t","param":null,"code":"invalid_api_key"}}""" };
        var answer = await routed.AskAsync();
        Assert.Equal((502, "upstream_credentials_rejected"), (answer.Status, answer.Code));
        Assert.DoesNotContain("key-2", answer.Text, StringComparison.Ordinal);
        Assert.Equal(["key-2", "key-3", "key-a"], KeysOf(routed.A).Order(StringComparer.Ordinal));
        Assert.Equal("down", (await routed.HealthAsync("a")).GetProperty("state").GetString());

        // An operator who mends it need not wait: one that rests is better than none.
        routed.A.Script = new UpstreamScript();
        Assert.Equal(200, (await routed.AskAsync()).Status);
    }

    [Fact]
    public async Task An_open_circuit_is_passed_over_told_and_counted()
    {
        await using var routed = await StartAsync(QuickBreaker);
        using var coolDowns = new MetricCollector<long>(routed.Gateway.Services.GetRequiredService<IMeterFactory>(), Telemetry.Name, "llmgateway.upstream.cooldowns");
        using var fallbacks = new MetricCollector<long>(routed.Gateway.Services.GetRequiredService<IMeterFactory>(), Telemetry.Name, "llmgateway.upstream.fallbacks");
        routed.A.Script = new UpstreamScript { Status = 500 };
        Assert.Equal("2", (await routed.AskAsync()).Attempts);
        Assert.Equal("2", (await routed.AskAsync()).Attempts);
        Assert.Equal(("b/m", "1"), (await routed.AskAsync() is var answer ? answer.Deployment : null, answer.Attempts));
        var health = await routed.HealthAsync("a");
        var deployment = health.GetProperty("deployments")[0];
        Assert.Equal(("down", "open", 2, "server_error"), (
            health.GetProperty("state").GetString(), deployment.GetProperty("circuit").GetString(), deployment.GetProperty("failures").GetInt32(), deployment.GetProperty("last_failure").GetString()));
        Assert.Equal("healthy", (await routed.HealthAsync("b")).GetProperty("state").GetString());
        Assert.Equal("a/m", Assert.Single(coolDowns.GetMeasurementSnapshot()).Tags["llmgateway.deployment"]);
        Assert.Equal(2, fallbacks.GetMeasurementSnapshot().Count);
    }

    [Fact]
    public async Task When_every_circuit_is_open_the_one_that_recovers_first_is_asked_once()
    {
        await using var routed = await StartAsync([.. QuickBreaker, ("Gateway:Routes:r:Retries:MaxRetries", "1"), ("Gateway:Routes:r:Retries:InitialDelay", "00:00:00.001")]);
        routed.A.Script = routed.B.Script = new UpstreamScript { Status = 500 };
        await routed.AskAsync();
        await routed.AskAsync();
        var (a, b) = (Calls(routed.A).Length, Calls(routed.B).Length);
        Assert.Equal("1", (await routed.AskAsync()).Attempts);
        Assert.Equal((a + 1, b), (Calls(routed.A).Length, Calls(routed.B).Length));
        routed.A.Script = new UpstreamScript();
        Assert.Equal((200, "a/m"), (await routed.AskAsync() is var answer ? answer.Status : 0, answer.Deployment));
    }

    [Fact]
    public async Task A_circuit_closes_again_when_the_provider_recovers()
    {
        await using var routed = await StartAsync([.. QuickBreaker, ("Gateway:Providers:a:Breaker:CoolDown", "00:00:00.300")]);
        routed.A.Script = new UpstreamScript { Status = 500 };
        await routed.AskAsync();
        await routed.AskAsync();
        routed.A.Script = new UpstreamScript();
        await Eventually.TrueAsync(async _ => (await routed.AskAsync()).Deployment == "a/m", "the provider to be asked again");
        Assert.Equal("closed", (await routed.HealthAsync("a")).GetProperty("deployments")[0].GetProperty("circuit").GetString());
    }

    [Fact]
    public async Task Least_requests_goes_where_fewer_wait()
    {
        await using var routed = await StartAsync([("Gateway:Routes:r:Groups:0:Policy", "LeastRequests")]);
        routed.A.Script = routed.B.Script = new UpstreamScript { Fault = UpstreamFault.HangBeforeHeaders };
        using var leave = new CancellationTokenSource();
        var waiting = Enumerable.Range(0, 6).Select(async index =>
        {
            // One after another: what is under way is known before the next is placed.
            await Eventually.TrueAsync(() => Calls(routed.A).Length + Calls(routed.B).Length >= index, "the call before");
            using var content = new StringContent(Question, System.Text.Encoding.UTF8, "application/json");
            await routed.Gateway.Http.PostAsync("/v1/chat/completions", content, leave.Token);
        }).ToArray();
        await Eventually.TrueAsync(() => Calls(routed.A).Length + Calls(routed.B).Length == 6, "six calls");
        Assert.Equal((3, 3), (Calls(routed.A).Length, Calls(routed.B).Length));
        Assert.Equal(3, (await routed.HealthAsync("a")).GetProperty("in_flight").GetInt32());
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(waiting));
        await Eventually.TrueAsync(async _ => (await routed.HealthAsync("a")).GetProperty("in_flight").GetInt32() == 0, "nothing to be under way");
    }

    [Fact]
    public async Task Health_wants_an_admins_key_and_tells_what_has_no_effect()
    {
        await using var routed = await StartAsync([("Gateway:Routes:r:Model", "a/never")]);
        var health = (await routed.Gateway.SendAsync(HttpMethod.Get, "/v1/providers/health")).Body;
        Assert.Contains("Gateway:Routes:r:Model", health.GetProperty("warnings")[0].GetString(), StringComparison.Ordinal);
        var project = await routed.Gateway.PostAsync("/v1/projects", new { name = "p" }, "id");
        var key = await routed.Gateway.PostAsync("/v1/keys", new { project_id = project, scopes = new[] { "inference", "data" } }, "key");
        Assert.Equal(403, (await routed.Gateway.SendAsync(HttpMethod.Get, "/v1/providers/health", key: key)).Status);
    }
}
