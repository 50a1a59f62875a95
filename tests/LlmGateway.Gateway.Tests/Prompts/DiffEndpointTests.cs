using System.Text.Json;
using LlmGateway.Gateway.Tests.ProjectModels;

namespace LlmGateway.Gateway.Tests.Prompts;

public sealed class DiffEndpointTests
{
    [Fact]
    public async Task A_diff_tells_what_changed_and_does_without_evaluation()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        await on.Gateway.DeployPromptAsync("support", "Be kind.\nBe brief.", parameters: new { temperature = 0 });
        await on.Gateway.MakeVersionAsync("support", PromptCalls.Content("Be kind.\nBe exact.", parameters: new { temperature = 1 }));
        var (status, diff) = await on.Gateway.SendAsync(HttpMethod.Get, "/v1/prompts/support/diff?from=production&to=2");
        Assert.True(status == 200, diff.ToString());
        Assert.Equal((1, 2), (diff.GetProperty("from").GetInt32(), diff.GetProperty("to").GetInt32()));
        var text = diff.GetProperty("text").GetString()!;
        Assert.Contains("-Be brief.", text, StringComparison.Ordinal);
        Assert.Contains("+Be exact.", text, StringComparison.Ordinal);
        Assert.Contains("temperature", Assert.Single(diff.GetProperty("members").EnumerateArray()).GetProperty("path").GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, diff.GetProperty("evaluations").ValueKind);

        Assert.Equal((400, "to"), ((await on.Gateway.SendAsync(HttpMethod.Get, "/v1/prompts/support/diff?from=1")).Status, (await on.Gateway.SendAsync(HttpMethod.Get, "/v1/prompts/support/diff?from=1")).Body.Param()));
        Assert.Equal("prompt_version_not_found", (await on.Gateway.SendAsync(HttpMethod.Get, "/v1/prompts/support/diff?from=1&to=9")).Body.Code());
    }
}
