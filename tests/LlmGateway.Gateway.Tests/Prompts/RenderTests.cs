using LlmGateway.Gateway.Tests.ProjectModels;

namespace LlmGateway.Gateway.Tests.Prompts;

public sealed class RenderTests
{
    [Fact]
    public async Task What_is_shown_is_what_would_be_sent_and_nothing_is_called()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        await on.Gateway.DeployPromptAsync("support", "Be kind to {{ name }}.", model: "test/gpt-4o", variables: [PromptCalls.Variable("name")], parameters: new { temperature = 0 });
        on.Upstream.Forget();
        var messages = new[] { new { role = "user", content = "hi" } };
        var (status, shown) = await on.Gateway.SendAsync(HttpMethod.Post, "/v1/prompts/support/render", new { variables = new { name = "Zoë" }, messages });
        Assert.True(status == 200, shown.ToString());
        Assert.Equal(("support@1", "/v1/chat/completions"), (shown.GetProperty("prompt").GetString(), shown.GetProperty("path").GetString()));
        Assert.True(shown.GetProperty("input_tokens").GetInt32() > 8);
        Assert.DoesNotContain(on.Upstream.Requests, request => request.Method == "POST");

        await on.Gateway.CallAsync(new { prompt = new { id = "support", variables = new { name = "Zoë" } }, messages });
        var (sent, body) = (on.Upstream.Requests[^1].Json, shown.GetProperty("body"));
        Assert.Equal(sent.GetProperty("messages").GetRawText(), body.GetProperty("messages").GetRawText());
        Assert.Equal(("test/gpt-4o", 0), (body.GetProperty("model").GetString(), body.GetProperty("temperature").GetInt32()));
    }

    [Fact]
    public async Task A_known_price_gives_the_inputs_cost_and_an_unknown_one_none()
    {
        await using var upstream = await TestKit.Upstream.UpstreamServer.StartAsync();
        await using var gateway = await TestKit.InProcessGateway.StartAsync(upstream.BaseUrl, ("Gateway:Models:test/dear:InputUsdPerMillion", "1000"));
        await gateway.DeployPromptAsync("dear", "Be kind.", model: "test/dear");
        await gateway.DeployPromptAsync("unknown", "Be kind.", model: "test/unknown");
        await gateway.DeployPromptAsync("nowhere", "Be kind.", model: "nobody/x");
        var (_, dear) = await gateway.SendAsync(HttpMethod.Post, "/v1/prompts/dear/render", new { });
        Assert.Equal(dear.GetProperty("input_tokens").GetInt32() / 1000m, dear.GetProperty("input_cost_usd").GetDecimal());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, (await gateway.SendAsync(HttpMethod.Post, "/v1/prompts/unknown/render", new { })).Body.GetProperty("input_cost_usd").ValueKind);
        var (status, nowhere) = await gateway.SendAsync(HttpMethod.Post, "/v1/prompts/nowhere/render", new { });
        Assert.True(status == 200, nowhere.ToString());
        Assert.Contains("nobody/x", nowhere.GetProperty("warnings")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_an_input_the_request_is_one_of_the_responses_api()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        await on.Gateway.DeployPromptAsync("support", "Be kind.");
        var (_, shown) = await on.Gateway.SendAsync(HttpMethod.Post, "/v1/prompts/support/render", new { label = "latest", input = "hi" });
        Assert.Equal("/v1/responses", shown.GetProperty("path").GetString());
        Assert.Equal("hi", shown.GetProperty("body").GetProperty("input")[1].GetProperty("content").GetString());
    }

    [Theory]
    [InlineData("""{"version":1,"label":"latest"}""", 400, "label")]
    [InlineData("""{"messages":[],"input":"x"}""", 400, "input")]
    [InlineData("""{"version":9}""", 404, "version")]
    [InlineData("""{"label":"nowhere"}""", 404, "label")]
    [InlineData("""{"variables":{"x":1}}""", 400, "prompt.variables")]
    [InlineData("""{"stream":true}""", 400, "stream")]
    [InlineData("""{"messages":[{"content":"x"}]}""", 400, "messages[1].role")]
    public async Task A_bad_request_is_refused_by_its_field(string request, int status, string field)
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        await on.Gateway.DeployPromptAsync("support", "Be kind.");
        var (found, body) = await on.Gateway.SendAsync(HttpMethod.Post, "/v1/prompts/support/render", System.Text.Json.JsonElement.Parse(request));
        Assert.Equal((status, field), (found, body.Param()));
    }
}
