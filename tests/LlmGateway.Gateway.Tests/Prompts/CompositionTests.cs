using LlmGateway.Gateway.Tests.ProjectModels;

namespace LlmGateway.Gateway.Tests.Prompts;

public sealed class CompositionTests
{
    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task What_a_version_includes_stays_at_the_version_that_was_meant_when_it_was_made(Store store)
    {
        await using var on = await GatewayOn.StartAsync(store);
        var gateway = on.Gateway;
        await gateway.DeployPromptAsync("tone", "Be {{ mood }}.", variables: [PromptCalls.Variable("mood")]);
        await gateway.DeployPromptAsync("support", "You help. {% prompt \"tone\" %} {% raw %}{% prompt \"x\" %}{% endraw %}");
        Assert.Equal("You help. Be kind. {% prompt \"x\" %}", await SaidAsync(on, "prompt/support"));

        await gateway.MakeVersionAsync("tone", PromptCalls.Content("Be very {{ mood }}.", variables: [PromptCalls.Variable("mood")]));
        await gateway.PutLabelAsync("tone", "production", 2);
        Assert.Equal("You help. Be kind. {% prompt \"x\" %}", await SaidAsync(on, "prompt/support"));

        var (_, second) = await gateway.MakeVersionAsync("support", PromptCalls.Content("You help. {% prompt \"tone\" %} {% raw %}{% prompt \"x\" %}{% endraw %}"));
        Assert.Equal(2, second.Version());
        var resolved = Assert.Single(second.GetProperty("resolved").EnumerateArray());
        Assert.Equal(("tone", "tone", 2), (resolved.GetProperty("reference").GetString(), resolved.GetProperty("name").GetString(), resolved.Version()));
        Assert.StartsWith("You help. Be very kind.", await SaidAsync(on, "prompt/support@2"), StringComparison.Ordinal);

        // A deleted prompt answers nowhere, but what was made with it goes on.
        await gateway.SendAsync(HttpMethod.Delete, "/v1/prompts/tone");
        Assert.StartsWith("You help. Be kind.", await SaidAsync(on, "prompt/support@1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_circle_is_refused_with_its_path()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        await on.Gateway.DeployPromptAsync("a", "A.");
        await on.Gateway.DeployPromptAsync("b", "B {% prompt \"a\" %}");
        await on.Gateway.DeployPromptAsync("c", "C {% prompt \"b@1\" %}");
        var (status, body) = await on.Gateway.MakeVersionAsync("a", PromptCalls.Content("A {% prompt \"c@latest\" %}"));
        Assert.Equal((400, "prompt_cycle", "messages[0].content"), (status, body.Code(), body.Param()));
        Assert.Contains("a → c → b → a", body.Message(), StringComparison.Ordinal);

        var (_, itself) = await on.Gateway.SendAsync(HttpMethod.Post, "/v1/prompts", PromptCalls.Content("{% prompt \"me\" %}", "me"));
        Assert.Contains("me → me", itself.Message(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{% prompt \"nobody\" %}", 404, "prompt_not_found")]
    [InlineData("{% prompt \"a@9\" %}", 404, "prompt_version_not_found")]
    [InlineData("{% prompt \"a@staging\" %}", 404, "prompt_label_not_found")]
    [InlineData("{% prompt \"two\" %}", 400, "prompt_not_includable")]
    [InlineData("{% prompt a %}", 400, "invalid_template")]
    public async Task What_cannot_be_included_is_refused_when_the_version_is_made(string text, int status, string code)
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        await on.Gateway.DeployPromptAsync("a", "A.");
        await on.Gateway.SendAsync(HttpMethod.Post, "/v1/prompts", new
        {
            name = "two",
            messages = new[] { new { role = "system", content = "1" }, new { role = "user", content = "2" } },
        });
        await on.Gateway.PutLabelAsync("two", "production", 1);
        var (found, body) = await on.Gateway.SendAsync(HttpMethod.Post, "/v1/prompts", PromptCalls.Content(text, "outer"));
        Assert.Equal((status, code, "messages[0].content"), (found, body.Code(), body.Param()));
    }

    [Fact]
    public async Task An_error_behind_an_included_text_is_told_where_it_stands()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        await on.Gateway.DeployPromptAsync("long", string.Join('\n', Enumerable.Repeat("A line.", 20)));
        var (_, body) = await on.Gateway.SendAsync(HttpMethod.Post, "/v1/prompts", PromptCalls.Content("{% prompt \"long\" %}\n{{ unknown }}", "outer"));
        Assert.Contains("line 2", body.Message(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Texts_that_multiply_are_refused_before_they_fill_the_memory()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        await on.Gateway.DeployPromptAsync("p0", new string('x', 20_000));
        await on.Gateway.DeployPromptAsync("p1", "{% prompt \"p0\" %}{% prompt \"p0\" %}{% prompt \"p0\" %}");
        var (status, body) = await on.Gateway.SendAsync(HttpMethod.Post, "/v1/prompts", PromptCalls.Content("{% prompt \"p1\" %}{% prompt \"p1\" %}{% prompt \"p1\" %}", "p2"));
        Assert.Equal((400, "messages[0].content"), (status, body.Param()));
    }

    private static async Task<string?> SaidAsync(GatewayOn on, string model)
    {
        var (status, body, _) = await on.Gateway.CallAsync(
            new { model, messages = new[] { new { role = "user", content = "hi" } } }, variables: """{"mood":"kind"}""");
        Assert.True(status == 200, body.ToString());
        return on.Upstream.Requests[^1].Json.GetProperty("messages")[0].GetProperty("content").GetString();
    }
}
