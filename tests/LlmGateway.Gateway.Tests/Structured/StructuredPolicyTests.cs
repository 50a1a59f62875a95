using System.Text.Json;
using LlmGateway.Gateway.Tests.ProjectModels;
using LlmGateway.Gateway.Tests.Prompts;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;

namespace LlmGateway.Gateway.Tests.Structured;

/// <summary>A prompt's <c>structured_output</c> holds for every model: refuse, only note, or repair once.</summary>
public sealed class StructuredPolicyTests : IAsyncLifetime
{
    private const string Format =
        """{"type":"json_schema","json_schema":{"name":"answer","schema":{"type":"object","properties":{"label":{"type":"string","enum":["yes","no"]}},"required":["label"]}}}""";

    private const string Good = """{"label":"yes"}""";
    private const string Bad = """{"label":"maybe"}""";
    private UpstreamServer _upstream = null!;
    private InProcessGateway _gateway = null!;

    public async ValueTask InitializeAsync()
    {
        _upstream = await UpstreamServer.StartAsync();
        _gateway = await InProcessGateway.StartAsync(
            _upstream.BaseUrl,
            ("Gateway:Providers:test:Models:0", "native"),
            ("Gateway:Providers:test:Models:1", "plain"),
            ("Gateway:Models:test/plain:StructuredOutput", "Prompted"),
            ("Gateway:Models:test/plain:InputUsdPerMillion", "1000"),
            ("Gateway:Models:test/plain:OutputUsdPerMillion", "1000"));
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Theory]
    [InlineData("native")]
    [InlineData("plain")]
    public async Task An_answer_is_checked_whatever_the_model(string model)
    {
        await DeployAsync(model, """{"enforce":true}""");
        _upstream.Script = new UpstreamScript { Text = Bad };
        var (status, body, _) = await _gateway.AskPromptAsync("prompt/p");
        Assert.Equal((502, "structured_output_invalid"), (status, body.Code()));
        Assert.Equal(model == "native", ModelCalls()[0].Json.TryGetProperty("response_format", out _));
    }

    [Theory]
    [InlineData("native")]
    [InlineData("plain")]
    public async Task A_wrong_answer_is_repaired_once(string model)
    {
        await DeployAsync(model, """{"repair":true}""");
        _upstream.Enqueue(new UpstreamScript { Text = Bad }, new UpstreamScript { Text = Good });
        var (status, body, _) = await _gateway.AskPromptAsync("prompt/p");
        Assert.True(status == 200, body.ToString());
        Assert.Equal(Good, Content(body));
        Assert.Equal((22, 14), (body.GetProperty("usage").GetProperty("prompt_tokens").GetInt32(), body.GetProperty("usage").GetProperty("completion_tokens").GetInt32()));
        var messages = ModelCalls()[1].Json.GetProperty("messages");
        Assert.Equal(Bad, messages[messages.GetArrayLength() - 2].GetProperty("content").GetString());
        Assert.Contains("#/label: NotInEnumeration", messages[messages.GetArrayLength() - 1].GetProperty("content").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repair_that_fails_too_is_the_error()
    {
        await DeployAsync("plain", """{"repair":true}""");
        _upstream.Script = new UpstreamScript { Text = Bad };
        Assert.Equal(502, (await _gateway.AskPromptAsync("prompt/p")).Status);
        Assert.Equal(2, ModelCalls().Count);

        _upstream.Enqueue(new UpstreamScript { Text = Bad }, new UpstreamScript { Status = 500 });
        Assert.Equal("structured_output_invalid", (await _gateway.AskPromptAsync("prompt/p")).Body.Code());
    }

    [Fact]
    public async Task The_cost_is_that_of_both_calls()
    {
        await DeployAsync("plain", """{"repair":true}""");
        _upstream.Enqueue(new UpstreamScript { Text = Bad }, new UpstreamScript { Text = Good });
        using var content = new StringContent("""{"model":"prompt/p","messages":[{"role":"user","content":"hi"}]}""", System.Text.Encoding.UTF8, "application/json");
        using var response = await _gateway.Http.PostAsync("/v1/chat/completions", content);
        Assert.Equal("0.036", response.Headers.GetValues("x-llmgateway-cost").Single());
    }

    [Fact]
    public async Task A_wrong_answer_that_is_only_noted_is_delivered_and_not_kept()
    {
        await DeployAsync("plain", """{"enforce":false}""");
        _upstream.Script = new UpstreamScript { Text = Bad };
        object request = new { model = "prompt/p", temperature = 0, messages = new[] { new { role = "user", content = "hi" } } };
        Assert.Equal(Bad, Content((await _gateway.CallAsync(request)).Body));
        Assert.Equal(Bad, Content((await _gateway.CallAsync(request)).Body));
        Assert.Equal(2, ModelCalls().Count);
    }

    [Fact]
    public async Task An_answer_that_nobody_checked_is_not_taken_from_the_cache()
    {
        await DeployAsync("native", "null");
        _upstream.Script = new UpstreamScript { Text = Bad };
        object request = new { model = "prompt/p", temperature = 0, messages = new[] { new { role = "user", content = "hi" } } };
        Assert.Equal(200, (await _gateway.CallAsync(request)).Status);
        await _gateway.MakeVersionAsync("p", Prompt("native", "{}"));
        await _gateway.PutLabelAsync("p", "production", 2);
        Assert.Equal(502, (await _gateway.CallAsync(request)).Status);
    }

    private static string? Content(JsonElement body) => body.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString();

    private static JsonElement Prompt(string model, string policy, string name = "") => JsonElement.Parse(
        $$"""{ {{name}} "model":"test/{{model}}","messages":[{"role":"system","content":"Yes or no?"}],"structured_output":{{policy}},"response_format":{{Format}} }""");

    private async Task DeployAsync(string model, string policy)
    {
        var (status, body) = await _gateway.SendAsync(HttpMethod.Post, "/v1/prompts", Prompt(model, policy, "\"name\":\"p\","));
        Assert.True(status == 200, body.ToString());
        Assert.Equal(200, (await _gateway.PutLabelAsync("p", "production", 1)).Status);
    }

    private List<UpstreamRequest> ModelCalls() => [.. _upstream.Requests.Where(request => request.Method == "POST")];
}
