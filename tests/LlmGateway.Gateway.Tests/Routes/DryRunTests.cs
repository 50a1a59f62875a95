using System.Text.Json;
using static LlmGateway.Gateway.Tests.Routes.RoutedGateway;

namespace LlmGateway.Gateway.Tests.Routes;

/// <summary>Where a request would go is told without going there.</summary>
public sealed class DryRunTests
{
    private const string Path = "/v1/dry_run/chat/completions";

    [Fact]
    public async Task It_tells_the_route_its_order_and_its_timers_and_calls_nobody()
    {
        await using var routed = await StartAsync(("Gateway:Routes:r:Fallbacks:0", "test/t"), ("Gateway:Routes:r:Timeouts:FirstByte", "00:00:07"));
        var answer = await routed.AskAsync(path: Path);
        Assert.Equal(200, answer.Status);
        var told = JsonElement.Parse(answer.Text);
        var routing = told.GetProperty("routing");
        Assert.Equal(("r", "priority", "a/m"), (routing.GetProperty("route").GetString(), routing.GetProperty("policy").GetString(), routing.GetProperty("target").GetString()));
        Assert.Equal(["a/m", "b/m"], told.GetProperty("candidates").EnumerateArray().Select(one => one.GetString()));
        Assert.Equal(["test/t"], told.GetProperty("fallbacks").EnumerateArray().Select(one => one.GetString()));
        Assert.Equal(7_000, told.GetProperty("timeouts_ms").GetProperty("first_byte").GetInt64());
        Assert.Empty(Calls(routed.A));
        Assert.Empty(Calls(routed.B));
    }

    [Fact]
    public async Task It_names_the_rule_that_the_request_met()
    {
        await using var routed = await StartAsync(
            [
                ("Gateway:Routes:r:Groups:0:When:0:Field", "stream"), ("Gateway:Routes:r:Groups:0:When:0:Equals", "true"),
                ("Gateway:Routes:r:Groups:0:Deployments:0:Model", "b/m"),
                ("Gateway:Routes:r:Groups:1:Deployments:0:Model", "a/m"),
            ],
            []);
        var streamed = JsonElement.Parse((await routed.AskAsync(StreamQuestion, path: Path)).Text).GetProperty("routing");
        Assert.Equal("b/m", streamed.GetProperty("target").GetString());
        Assert.Contains("stream", streamed.GetProperty("rule").GetString(), StringComparison.Ordinal);
        var plain = JsonElement.Parse((await routed.AskAsync(path: Path)).Text).GetProperty("routing");
        Assert.Equal(("a/m", JsonValueKind.Null), (plain.GetProperty("target").GetString(), plain.GetProperty("rule").ValueKind));
    }

    [Fact]
    public async Task A_bad_request_is_refused_as_it_would_be()
    {
        await using var routed = await StartAsync();
        Assert.Equal(404, (await routed.AskAsync("""{"model":"nobody/x","messages":[{"role":"user","content":"hi"}]}""", path: Path)).Status);
        Assert.Equal(400, (await routed.AskAsync("""{"model":"r"}""", path: Path)).Status);
    }
}
