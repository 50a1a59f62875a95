using LlmGateway.Gateway.Tests.Routes;
using LlmGateway.TestKit.Upstream;

namespace LlmGateway.Gateway.Tests.Guardrails;

/// <summary>Guardrails that are for one deployment of a route: requests keep them before they may go there, answers when they come from there.</summary>
public sealed class RouteGuardTests
{
    private const string Mail = """{"model":"r","messages":[{"role":"user","content":"Write to ann@example.com"}]}""";
    private const string Masking = """{"stage":"input","action":"mask","applies_to":{"models":["b/m"]},"rule":{"type":"personal_data"}}""";

    [Theory]
    [InlineData(RoutedGateway.Question)]
    [InlineData(RoutedGateway.StreamQuestion)]
    public async Task An_answer_is_checked_by_the_guardrails_of_the_deployment_that_gives_it(string question)
    {
        await using var routed = await RoutedGateway.StartAsync();
        await PutAsync(routed, "of-a", Blocking("a/m", "from"));
        await PutAsync(routed, "of-b", Blocking("b/m", "forbidden"));
        routed.B.Script = new UpstreamScript { Text = "from b" };

        var blocked = await routed.AskAsync(question);
        Assert.Equal("a/m", blocked.Deployment);
        Assert.Contains("content_filter", blocked.Text, StringComparison.Ordinal);

        routed.A.Script = new UpstreamScript { Status = 500 };
        var passed = await routed.AskAsync(question);
        Assert.Equal("b/m", passed.Deployment);
        Assert.DoesNotContain("content_filter", passed.Text, StringComparison.Ordinal);

        routed.B.Script = new UpstreamScript { Text = "a forbidden word" };
        var fallback = await routed.AskAsync(question);
        Assert.Equal("b/m", fallback.Deployment);
        Assert.Contains("content_filter", fallback.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("forbidden", fallback.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_request_that_may_go_to_a_deployment_is_masked_for_it_before_any_attempt(bool asFallback)
    {
        await using var routed = await (asFallback
            ? RoutedGateway.StartAsync([("Gateway:Routes:r:Model", "a/m"), ("Gateway:Routes:r:Fallbacks:0", "s"), ("Gateway:Routes:s:Model", "b/m")], [])
            : RoutedGateway.StartAsync());
        await PutAsync(routed, "privacy", Masking);
        routed.A.Script = new UpstreamScript { Status = 500 };
        routed.B.Script = new UpstreamScript { Text = "Written to <EMAIL_1>." };

        var answer = await routed.AskAsync(Mail);

        Assert.Equal("b/m", answer.Deployment);
        Assert.Contains("Written to ann@example.com.", answer.Text, StringComparison.Ordinal);
        Assert.All(
            (string[])[RoutedGateway.Calls(routed.A)[0].BodyText, RoutedGateway.Calls(routed.B)[0].BodyText],
            sent => Assert.DoesNotContain("ann@example.com", sent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_request_that_cannot_get_to_a_deployment_keeps_its_text()
    {
        await using var routed = await RoutedGateway.StartAsync();
        await PutAsync(routed, "privacy", Masking);
        Assert.Equal("a/m", (await routed.AskAsync(Mail.Replace("\"r\"", "\"a/m\"", StringComparison.Ordinal))).Deployment);
        Assert.Contains("ann@example.com", RoutedGateway.Calls(routed.A)[0].BodyText, StringComparison.Ordinal);
    }

    private static string Blocking(string model, string pattern) =>
        $$$"""{"stage":"output","action":"block","applies_to":{"models":["{{{model}}}"]},"rule":{"type":"pattern","patterns":["{{{pattern}}}"]}}""";

    private static async Task PutAsync(RoutedGateway routed, string name, string json)
    {
        var (status, body) = await GuardedGateway.PutAsync(routed.Gateway, name, json);
        Assert.True(status == 200, body.ToString());
    }
}
