using System.Net.Http.Json;
using System.Text.Json;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;

namespace LlmGateway.System.Tests;

/// <summary>A route outlives a provider that fails, a key that is refused and one that hangs; the log tells each attempt.</summary>
public abstract class RouteTests(RunningSystem gateway) : Scenario(gateway)
{
    /// <summary>Two routes over two models of the provider, one with a timer, and a second key for it. A machine that stalls is no reason to begin a stream.</summary>
    private static readonly (string Name, string Value)[] Configuration =
    [
        ("Gateway__Providers__test__ApiKeys__0", "sk-upstream-second"),
        ("Gateway__StartupHold", "00:01:00"),
        ("Gateway__Routes__survivor__Groups__0__Policy", "Priority"),
        ("Gateway__Routes__survivor__Groups__0__Deployments__0__Model", "test/first"),
        ("Gateway__Routes__survivor__Groups__0__Deployments__1__Model", "test/second"),
        ("Gateway__Routes__impatient__Groups__0__Policy", "Priority"),
        ("Gateway__Routes__impatient__Groups__0__Deployments__0__Model", "test/slow"),
        ("Gateway__Routes__impatient__Groups__0__Deployments__0__Timeouts__FirstByte", "00:00:02"),
        ("Gateway__Routes__impatient__Groups__0__Deployments__1__Model", "test/second"),
    ];

    private const string Route = """{"model":"survivor","messages":[{"role":"user","content":"hi"}]}""";

    [Fact]
    public async Task A_fallback_answers_and_the_log_has_every_attempt()
    {
        Gateway.Upstream.Enqueue(new UpstreamScript { Status = 500 });
        using var answer = await SendAsync(Route);
        Assert.Equal(("test/second", "2"), (Header(answer, "x-llmgateway-deployment"), Header(answer, "x-llmgateway-attempts")));
        var stored = await StoredAsync(answer);
        Assert.Equal("test/second", stored.GetProperty("model").GetString());
        Assert.Equal([500, 200], stored.GetProperty("attempts").EnumerateArray().Select(attempt => attempt.GetProperty("status").GetInt32()));
    }

    [Fact]
    public async Task A_stream_that_fails_before_it_says_anything_is_answered_by_the_fallback()
    {
        Gateway.Upstream.Enqueue(new UpstreamScript { Fault = UpstreamFault.CutInBody, ChunksBeforeFault = 0 });
        using var answer = await SendAsync(Route.Replace("{\"model\"", "{\"stream\":true,\"model\"", StringComparison.Ordinal));
        Assert.Equal("test/second", Header(answer, "x-llmgateway-deployment"));
        Assert.EndsWith("data: [DONE]\n\n", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_provider_that_hangs_is_left_by_its_timer()
    {
        Gateway.Upstream.Enqueue(new UpstreamScript { Fault = UpstreamFault.HangBeforeHeaders });
        using var answer = await SendAsync(Route.Replace("survivor", "impatient", StringComparison.Ordinal));
        Assert.Equal("test/second", Header(answer, "x-llmgateway-deployment"));
        await Eventually.TrueAsync(() => ModelCalls[0].IsAborted, "the hanging call to be cancelled");
    }

    [Fact]
    public async Task A_refused_key_gives_way_to_the_next_and_health_tells_which()
    {
        Gateway.Upstream.Enqueue(new UpstreamScript { Status = 401 });
        using var answer = await SendAsync(Route.Replace("survivor", "test/m", StringComparison.Ordinal));
        Assert.Equal(200, (int)answer.StatusCode);
        var keys = ModelCalls.Select(call => call.Headers["Authorization"]).ToArray();
        Assert.Equal(2, keys.Distinct().Count());
        var health = await Http.GetFromJsonAsync<JsonElement>("/v1/providers/health", Cancel);
        var provider = health.GetProperty("data").EnumerateArray().Single(one => one.GetProperty("provider").GetString() == "test");
        Assert.Equal("degraded", provider.GetProperty("state").GetString());
        Assert.Equal(["active", "rejected"], provider.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("state").GetString()).Order(StringComparer.Ordinal));
        Assert.DoesNotContain("sk-upstream", health.GetRawText(), StringComparison.Ordinal);
    }

    private async Task<HttpResponseMessage> SendAsync(string body)
    {
        using var content = Json(body);
        return await Http.PostAsync("/v1/chat/completions", content, Cancel);
    }

    private static string Header(HttpResponseMessage response, string name) => response.Headers.GetValues(name).Single();

    public sealed class RoutedStandalone : StandaloneFixture
    {
        protected override Task<StandaloneProcess> StartAsync() => StandaloneProcess.StartAsync(Configuration);
    }

    public sealed class RoutedServices : ServicesFixture
    {
        protected override (string Name, string Value)[] Settings => Configuration;
    }
}

public sealed class RoutesInStandalone(RouteTests.RoutedStandalone fixture) : RouteTests(fixture.Gateway), IClassFixture<RouteTests.RoutedStandalone>;

public sealed class RoutesInServices(RouteTests.RoutedServices fixture) : RouteTests(fixture.Gateway), IClassFixture<RouteTests.RoutedServices>;
