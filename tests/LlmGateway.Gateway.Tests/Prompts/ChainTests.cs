using System.Text;
using System.Text.Json;
using LlmGateway.Gateway.Tests.ProjectModels;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;

namespace LlmGateway.Gateway.Tests.Prompts;

/// <summary>A chain is one call to its caller: steps that feed one another, branches, and one clear error when a step fails.</summary>
public sealed class ChainTests : IAsyncLifetime
{
    private const string Branches = """
        {"name": "support", "variables": [{"name": "tone", "default": "kind"}], "steps": [
          {"name": "classify", "prompt": "classify@1"},
          {"name": "refund", "prompt": "answer@1", "variables": {"about": "{{ steps.classify.output | upcase }}", "tone": "{{ tone }}"}, "when": "steps.classify.output == 'refund'"},
          {"name": "other", "prompt": "answer@1", "variables": {"about": "anything", "tone": "{{ tone }}"}, "when": "steps.classify.output != 'refund'"}]}
        """;

    private UpstreamServer _upstream = null!;
    private InProcessGateway _gateway = null!;

    public async ValueTask InitializeAsync()
    {
        _upstream = await UpstreamServer.StartAsync();
        await StartAsync("00:02:00");
    }

    private async Task StartAsync(string timeout)
    {
        _gateway = await InProcessGateway.StartAsync(
            _upstream.BaseUrl,
            ("Gateway:Providers:test:Models:0", "gpt-4o-mini"),
            ("Gateway:Models:test/gpt-4o-mini:InputUsdPerMillion", "1000"),
            ("Gateway:Models:test/gpt-4o-mini:OutputUsdPerMillion", "1000"),
            ("Gateway:Prompts:ChainTimeout", timeout));
        await _gateway.DeployPromptAsync("classify", "Name the topic.");
        await _gateway.DeployPromptAsync("answer", "Be {{ tone }} about {{ about }}.", variables: [PromptCalls.Variable("tone"), PromptCalls.Variable("about")]);
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Theory]
    [InlineData("refund", "system: Be kind about REFUND.")]
    [InlineData("weather", "system: Be kind about anything.")]
    public async Task The_first_steps_output_chooses_the_branch_and_feeds_it(string topic, string second)
    {
        await DeployAsync(Branches);
        _upstream.Enqueue(new UpstreamScript { Text = topic }, new UpstreamScript { Text = "Done." });
        var (status, body, prompt) = await _gateway.AskPromptAsync("prompt/support");
        Assert.True(status == 200, body.ToString());
        Assert.Equal(("support@1", "Done."), (prompt, Content(body)));
        Assert.Equal(["system: Name the topic.|user: hi", $"{second}|user: hi"], ModelCalls().Select(Messages));
    }

    [Fact]
    public async Task The_last_step_streams()
    {
        await DeployAsync(Branches);
        var firstChunkSeen = new TaskCompletionSource();
        _upstream.Enqueue(
            new UpstreamScript { Text = "refund" },
            new UpstreamScript { Text = "one two", BeforeChunk = (index, token) => index == 0 ? Task.CompletedTask : firstChunkSeen.Task.WaitAsync(token) });
        using var request = Post("""{"model":"prompt/support","stream":true,"messages":[{"role":"user","content":"hi"}]}""");
        using var response = await _gateway.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        var text = "";
        while (!text.Contains("one", StringComparison.Ordinal))
        {
            text += await lines.ReadLineAsync() ?? throw new EndOfStreamException(text);
        }

        Assert.DoesNotContain("two", text, StringComparison.Ordinal);
        firstChunkSeen.SetResult();
        Assert.Contains("data: [DONE]", await lines.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fields_of_a_steps_json_are_typed_variables()
    {
        await _gateway.DeployPromptAsync("count", "{% for i in (1..n) %}x{% endfor %}", variables: [PromptCalls.Variable("n", "integer")]);
        await DeployAsync("""
            {"name": "support", "steps": [
              {"name": "classify", "prompt": "classify@1"},
              {"name": "count", "prompt": "count@1", "variables": {"n": "{{ steps.classify.json.count }}"}}]}
            """);
        _upstream.Enqueue(new UpstreamScript { Text = """{"count":3}""" });
        Assert.Equal(200, (await _gateway.AskPromptAsync("prompt/support")).Status);
        Assert.Equal("system: xxx|user: hi", Messages(ModelCalls()[1]));

        _upstream.Enqueue(new UpstreamScript { Text = "three" });
        var (status, body, _) = await _gateway.AskPromptAsync("prompt/support");
        Assert.Equal((400, "prompt.steps.count.variables.n"), (status, body.Param()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_step_that_turns_out_to_be_the_last_has_answered(bool stream)
    {
        await DeployAsync("""
            {"name": "support", "steps": [
              {"name": "classify", "prompt": "classify@1"},
              {"name": "more", "prompt": "answer@1", "variables": {"about": "it", "tone": "kind"}, "when": "steps.classify.output == 'unclear'"}]}
            """);
        _upstream.Script = new UpstreamScript { Text = "clear" };
        using var request = Post($$"""{"model":"prompt/support","stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"hi"}]}""");
        using var response = await _gateway.Http.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        Assert.Equal(200, (int)response.StatusCode);
        Assert.Contains("clear", body, StringComparison.Ordinal);
        Assert.Equal(stream, body.EndsWith("data: [DONE]\n\n", StringComparison.Ordinal));
        Assert.Single(ModelCalls());
    }

    [Theory]
    [InlineData(429, 429)]
    [InlineData(500, 502)]
    public async Task A_step_that_fails_is_named_with_what_the_others_cost(int upstream, int expected)
    {
        await DeployAsync("""
            {"name": "support", "steps": [
              {"name": "one", "prompt": "classify@1"},
              {"name": "two", "prompt": "answer@1", "variables": {"about": "{{ steps.one.output }}", "tone": "kind"}},
              {"name": "three", "prompt": "classify@1"}]}
            """);
        _upstream.Enqueue(new UpstreamScript(), new UpstreamScript { Status = upstream });
        var (status, body, _) = await _gateway.AskPromptAsync("prompt/support");
        Assert.Equal((expected, "chain_step_failed", "prompt.steps.two"), (status, body.Code(), body.Param()));
        Assert.Contains($"status {upstream}", body.Message(), StringComparison.Ordinal);
        Assert.Contains("cost 0.018 USD", body.Message(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_callers_cost_is_that_of_all_steps()
    {
        await DeployAsync(Branches);
        using var response = await _gateway.Http.SendAsync(Post("""{"model":"prompt/support","messages":[{"role":"user","content":"hi"}]}"""));
        Assert.Equal("0.036", response.Headers.GetValues("x-llmgateway-cost").Single());
    }

    [Fact]
    public async Task Repeated_steps_come_from_the_cache()
    {
        await DeployAsync(Branches);
        object request = new { model = "prompt/support", temperature = 0, messages = new[] { new { role = "user", content = "hi" } } };
        Assert.Equal(200, (await _gateway.CallAsync(request)).Status);
        Assert.Equal(200, (await _gateway.CallAsync(request)).Status);
        Assert.Equal(2, ModelCalls().Count);
    }

    [Fact]
    public async Task The_running_step_is_cancelled_when_the_caller_leaves()
    {
        await DeployAsync(Branches);
        _upstream.Script = new UpstreamScript { Fault = UpstreamFault.HangBeforeHeaders };
        using var leaving = new CancellationTokenSource();
        var asked = _gateway.Http.SendAsync(Post("""{"model":"prompt/support","messages":[{"role":"user","content":"hi"}]}"""), leaving.Token);
        await Eventually.TrueAsync(() => ModelCalls().Count == 1, "the first step to be under way");
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        await Eventually.TrueAsync(() => ModelCalls()[0].IsAborted, "the step's call to be cancelled");
    }

    [Fact]
    public async Task A_chain_that_takes_too_long_ends()
    {
        await _gateway.DisposeAsync();
        await StartAsync("00:00:02");
        await DeployAsync(Branches);
        _upstream.Script = new UpstreamScript { Fault = UpstreamFault.HangBeforeHeaders };
        var (status, body, _) = await _gateway.AskPromptAsync("prompt/support");
        Assert.Equal((504, "chain_timeout", "prompt.steps.classify"), (status, body.Code(), body.Param()));
        await Eventually.TrueAsync(() => ModelCalls()[0].IsAborted, "the step's call to be cancelled");
    }

    [Fact]
    public async Task A_step_calls_the_version_that_its_label_meant_when_the_chain_was_made()
    {
        await DeployAsync("""{"name": "support", "steps": [{"name": "classify", "prompt": "classify"}]}""");
        await _gateway.MakeVersionAsync("classify", PromptCalls.Content("Something else."));
        await _gateway.PutLabelAsync("classify", "production", 2);
        Assert.Equal(200, (await _gateway.AskPromptAsync("prompt/support")).Status);
        Assert.Equal("system: Name the topic.|user: hi", Messages(Assert.Single(ModelCalls())));
    }

    [Fact]
    public async Task Chains_call_chains_three_deep()
    {
        var inner = "classify";
        foreach (var name in (string[])["a", "b", "c"])
        {
            await DeployAsync($$$"""{"name": "{{{name}}}", "steps": [{"name": "first", "prompt": "classify@1"}, {"name": "then", "prompt": "{{{inner}}}@1"}]}""");
            inner = name;
        }

        Assert.Equal(200, (await _gateway.AskPromptAsync("prompt/c")).Status);
        Assert.Equal(4, ModelCalls().Count);
        var (status, body) = await MakeAsync("""{"name": "d", "steps": [{"name": "s", "prompt": "c@1"}]}""");
        Assert.Equal((400, "chain_too_deep", "steps[0].prompt"), (status, body.Code(), body.Param()));
    }

    [Fact]
    public async Task Prompts_that_would_call_one_another_in_a_circle_are_refused()
    {
        await DeployAsync("""{"name": "a", "steps": [{"name": "s", "prompt": "classify@1"}]}""");
        await DeployAsync("""{"name": "b", "steps": [{"name": "s", "prompt": "a@1"}]}""");
        var (status, body) = await _gateway.MakeVersionAsync("a", JsonElement.Parse("""{"steps": [{"name": "s", "prompt": "b@1"}]}"""));
        Assert.Equal((400, "prompt_cycle"), (status, body.Code()));
        Assert.Contains("a → b → a", body.Message(), StringComparison.Ordinal);
        Assert.Equal(400, (await _gateway.MakeVersionAsync("a", JsonElement.Parse("""{"steps": [{"name": "s", "prompt": "a@1"}]}"""))).Status);
    }

    [Theory]
    [InlineData("""{"steps": []}""", "steps")]
    [InlineData("""{"steps": [{"name": "s", "prompt": "classify@1"}], "model": "test/gpt-4o-mini"}""", "model")]
    [InlineData("""{"steps": [{"name": "s", "prompt": "classify@1"}], "messages": [{"role": "user", "content": "x"}]}""", "messages")]
    [InlineData("""{"steps": [{"name": "s", "prompt": "classify@9"}]}""", "steps[0].prompt")]
    [InlineData("""{"steps": [{"name": "s", "prompt": "nobody@1"}]}""", "steps[0].prompt")]
    [InlineData("""{"steps": [{"name": "s", "prompt": "classify@1"}, {"name": "s", "prompt": "classify@1"}]}""", "steps[1].name")]
    [InlineData("""{"steps": [{"name": "s", "prompt": "classify@1", "when": "steps.t.output == 1"}]}""", null)]
    public async Task What_is_wrong_with_a_chain_is_found_when_it_is_made(string content, string? param)
    {
        var (status, body) = await MakeAsync($$"""{"name": "bad",{{content[1..]}}""");
        Assert.True(status is 400 or 404, body.ToString());
        Assert.True(param is null || body.Param() == param, body.ToString());
    }

    [Fact]
    public async Task Seventeen_steps_are_too_many()
    {
        var steps = string.Join(",", Enumerable.Range(0, 17).Select(index => $$"""{"name": "s{{index}}", "prompt": "classify@1"}"""));
        Assert.Equal("steps", (await MakeAsync($$"""{"name": "long", "steps": [{{steps}}]}""")).Body.Param());
    }

    [Fact]
    public async Task A_chain_calls_its_own_projects_prompts_only()
    {
        var (_, key) = await _gateway.MakeProjectAsync();
        var (status, body) = await _gateway.SendAsync(HttpMethod.Post, "/v1/prompts", JsonElement.Parse(Branches), key);
        Assert.Equal((404, "steps[0].prompt"), (status, body.Param()));
    }

    [Fact]
    public async Task A_chain_of_which_no_step_applies_says_so()
    {
        await DeployAsync("""{"name": "support", "variables": [{"name": "on", "type": "boolean", "default": false}], "steps": [{"name": "s", "prompt": "classify@1", "when": "on"}]}""");
        var (status, body, _) = await _gateway.AskPromptAsync("prompt/support");
        Assert.Equal((400, "chain_has_no_step"), (status, body.Code()));
    }

    private static HttpRequestMessage Post(string body) =>
        new(HttpMethod.Post, "/v1/chat/completions") { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    private static string? Content(JsonElement body) => body.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString();

    private static string Messages(UpstreamRequest request) => string.Join(
        "|", request.Json.GetProperty("messages").EnumerateArray().Select(message => $"{message.GetProperty("role").GetString()}: {message.GetProperty("content").GetString()}"));

    private Task<(int Status, JsonElement Body)> MakeAsync(string prompt) => _gateway.SendAsync(HttpMethod.Post, "/v1/prompts", JsonElement.Parse(prompt));

    private async Task DeployAsync(string prompt)
    {
        var (status, body) = await MakeAsync(prompt);
        Assert.True(status == 200, body.ToString());
        Assert.Equal(200, (await _gateway.PutLabelAsync(body.GetProperty("name").GetString()!, "production", 1)).Status);
    }

    private List<UpstreamRequest> ModelCalls() => [.. _upstream.Requests.Where(request => request.Method == "POST")];
}
