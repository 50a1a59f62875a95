using LlmGateway.Gateway.Tests.ProjectModels;

namespace LlmGateway.Gateway.Tests.Prompts;

public sealed class VersionTests
{
    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task The_same_content_is_the_same_version(Store store)
    {
        await using var on = await GatewayOn.StartAsync(store);
        await on.Gateway.DeployPromptAsync("support", "One.");
        var (_, second) = await on.Gateway.MakeVersionAsync("support", PromptCalls.Content("Two."));
        var (status, again) = await on.Gateway.MakeVersionAsync("support", PromptCalls.Content("One."));
        Assert.Equal((200, 2, 1), (status, second.Version(), again.Version()));
        Assert.Equal(64, second.GetProperty("content_hash").GetString()!.Length);
        Assert.Equal(["support@2", "support@1"], await on.Gateway.ListedAsync("/v1/prompts/support/versions"));
        Assert.Equal(["support@1"], await on.Gateway.ListedAsync("/v1/prompts/support/versions?after=support@2"));

        foreach (var selector in (string[])["2", "latest", second.GetProperty("content_hash").GetString()!])
        {
            var (_, found) = await on.Gateway.SendAsync(HttpMethod.Get, $"/v1/prompts/support/versions/{selector}");
            Assert.Equal((2, "Two."), (found.Version(), found.GetProperty("messages")[0].GetProperty("content").GetString()));
        }

        Assert.Equal(1, (await on.Gateway.SendAsync(HttpMethod.Get, "/v1/prompts/support/versions/production")).Body.Version());
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task Versions_that_are_made_at_once_are_numbered_without_gaps(Store store)
    {
        await using var on = await GatewayOn.StartAsync(store);
        await on.Gateway.DeployPromptAsync("support", "0");
        var made = await Task.WhenAll(Enumerable.Range(1, 8).Select(number => on.Gateway.MakeVersionAsync("support", PromptCalls.Content($"{number % 4 + 1}"))));
        Assert.All(made, answer => Assert.Equal(200, answer.Status));
        Assert.Equal([2, 3, 4, 5], made.Select(answer => answer.Body.Version()).Distinct().Order());
    }

    [Fact]
    public async Task A_schema_that_could_not_be_enforced_is_refused_before_anybody_calls_the_version()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        var schema = new { type = "json_schema", json_schema = new { name = "s", schema = new { type = "object", patternProperties = new { a = new { } } } } };
        var (status, body) = await on.Gateway.SendAsync(HttpMethod.Post, "/v1/prompts", new
        {
            name = "ticket",
            model = "test/gpt-4o-mini",
            messages = new[] { new { role = "system", content = "Be brief." } },
            response_format = schema,
            structured_output = new { enforce = true },
        });
        Assert.Equal((400, "response_format.json_schema.schema.patternProperties"), (status, body.Param()));
        Assert.Equal(404, (await on.Gateway.SendAsync(HttpMethod.Get, "/v1/prompts/ticket")).Status);
    }

    [Theory]
    [InlineData("9", "prompt_version_not_found")]
    [InlineData("0", "prompt_version_not_found")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "prompt_version_not_found")]
    [InlineData("staging", "prompt_label_not_found")]
    public async Task An_unknown_version_is_told_with_what_there_is(string selector, string code)
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        await on.Gateway.DeployPromptAsync("support", "One.");
        var (status, body) = await on.Gateway.SendAsync(HttpMethod.Get, $"/v1/prompts/support/versions/{selector}");
        Assert.Equal((404, code), (status, body.Code()));
        Assert.Contains(code == "prompt_label_not_found" ? "'production', 'latest'" : "versions 1 to 1", body.Message(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_version_never_uses_is_told_when_it_is_made()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        var (_, made) = await on.Gateway.SendAsync(
            HttpMethod.Post, "/v1/prompts", PromptCalls.Content("Be kind.", "support", variables: [PromptCalls.Variable("city")]));
        Assert.Contains("city", made.GetProperty("warnings")[0].GetString(), StringComparison.Ordinal);
    }
}
