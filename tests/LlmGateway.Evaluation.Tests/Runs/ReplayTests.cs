using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.TestKit;

namespace LlmGateway.Evaluation.Tests.Runs;

/// <summary>Logged calls put to a candidate, and calls that a shadow had put to one.</summary>
public sealed class ReplayTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private OtherServices _services = null!;
    private EvaluationHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _services = await OtherServices.StartAsync();
        _host = await EvaluationHost.StartAsync(_services, _folder.Path);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _services.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_call_is_put_to_another_model_as_it_was_asked_unless_the_run_says_otherwise()
    {
        Log(1, """{"model":"fast","temperature":0.7,"max_tokens":50,"stream":true,"user":"u","metadata":{"a":"b"},"messages":[{"role":"user","content":"one"}],"tools":[{"type":"function","function":{"name":"look"}}]}""", "1");
        var run = await _host.RunAsync(await LogsEvalAsync("yes"), Replay(new { model = "test/model", sampling_params = new { max_completion_tokens = 9 } }));
        Assert.Equal(1, run.GetProperty("result_counts").GetProperty("passed").GetInt32());
        Assert.Equal(
            """{"model":"test/model","messages":[{"role":"user","content":"one"}],"tools":[{"type":"function","function":{"name":"look"}}],"temperature":0.7,"max_completion_tokens":9}""",
            Assert.Single(_services.Requests).GetRawText());
    }

    [Fact]
    public async Task A_managed_prompt_is_applied_to_the_callers_own_messages_and_variables()
    {
        Log(
            1, """{"model":"fast","temperature":0,"messages":[{"role":"system","content":"Version 1."},{"role":"user","content":"own"}]}""", "1",
            prompt: """{"id":"prompt_1","version":1,"label":"production","variables":{"tone":"kind"},"messages":1}""");
        Log(2, """{"model":"fast","messages":[{"role":"user","content":"without a prompt"}]}""", "2");
        var run = await _host.RunAsync(await LogsEvalAsync("yes"), Replay(new { prompt = new { id = "support", label = "staging" }, model = "test/model" }));
        Assert.Equal("test/model", run.Text("model"));
        Assert.Equal(
            [
                """{"model":"test/model","messages":[{"role":"user","content":"own"}],"prompt":{"id":"support","label":"staging","variables":{"tone":"kind"}}}""",
                """{"model":"test/model","messages":[{"role":"user","content":"without a prompt"}],"prompt":{"id":"support","label":"staging"}}""",
            ],
            _services.Requests.Select(request => request.GetRawText()).Order(StringComparer.Ordinal));

        var eval = await LogsEvalAsync("1");
        await RefusedAsync(eval, Replay(new { prompt = new { id = "support", version = "new" } }), "data_source.prompt.version");
        await RefusedAsync(eval, Replay(new { prompt = new { id = "support", version = 2, label = "staging" } }), "data_source.prompt.label");
        await RefusedAsync(eval, Replay(new { prompt = new { label = "staging" } }), "data_source.prompt.id");
        await RefusedAsync(eval, Replay(new { prompt = new { id = "a" }, model = "replay/source#output_text" }), "data_source.prompt");
    }

    [Fact]
    public async Task A_sample_is_the_same_for_the_same_seed_and_what_was_answered_is_compared_with_the_candidate()
    {
        for (var call = 1; call <= 20; call++)
        {
            Log(call, $$$"""{"model":"fast","messages":[{"role":"user","content":"{{{call}}}"}]}""", call % 2 == 0 ? "yes" : "no");
        }

        var eval = await LogsEvalAsync("yes");
        var baseline = await _host.RunAsync(eval, Replay(new { }, sample: 8, seed: 7));
        var candidate = await _host.RunAsync(eval, Replay(new { model = "test/model" }, sample: 8, seed: 7));
        var other = await _host.RunAsync(eval, Replay(new { }, sample: 8, seed: 8));
        var (first, second, third) = (await CallsAsync(eval, baseline), await CallsAsync(eval, candidate), await CallsAsync(eval, other));
        Assert.Equal(8, first.Count);
        Assert.Equal(first, second);
        Assert.NotEqual(first, third);

        var comparison = await _host.Http.PostJsonAsync($"/v1/evals/{eval}/comparisons", new { baseline = baseline.Text("id"), candidates = new[] { candidate.Text("id") } });
        var compared = comparison.GetProperty("candidates")[0];
        Assert.Equal(8, compared.GetProperty("results")[0].GetProperty("pairs").GetInt32());
        Assert.Equal((8, 12.5), (compared.GetProperty("latency_ms").GetProperty("pairs").GetInt32(), compared.GetProperty("latency_ms").GetProperty("baseline").GetDouble()));
        Assert.Equal(0.002, compared.GetProperty("cost_usd").GetProperty("baseline").GetDouble());
        await RefusedAsync(eval, new { type = "jsonl", source = new { type = "inferences", seed = 1 } }, "data_source.source.seed");
        await RefusedAsync(eval, new { type = "jsonl", source = new { type = "inferences", sample = 0 } }, "data_source.source.sample");
    }

    [Fact]
    public async Task What_a_shadow_was_answered_is_paired_with_what_the_caller_got()
    {
        Log(1, """{"model":"fast","messages":[{"role":"user","content":"one"}]}""", "no");
        Log(2, """{"model":"fast","messages":[{"role":"user","content":"two"}]}""", "yes");
        Log(3, """{"model":"slow","messages":[{"role":"user","content":"one"}]}""", "yes", parent: 1);
        Log(4, """{"model":"slow","messages":[{"role":"user","content":"two"}]}""", "yes", parent: 2);
        Log(5, """{"model":"slow","messages":[{"role":"user","content":"gone"}]}""", "yes", parent: 99);
        var eval = await LogsEvalAsync("yes");
        var original = await _host.RunAsync(eval, new { type = "completions", source = new { type = "shadow", shadow = "try", answers = "original" } });
        var candidate = await _host.RunAsync(eval, new { type = "completions", source = new { type = "shadow", shadow = "try" } });
        Assert.Equal((1, 2), (Passed(original), Passed(candidate)));
        var items = await _host.ItemsAsync(eval, candidate.Text("id"));
        Assert.Equal([Id(2), Id(1)], items.Select(item => item.GetProperty("datasource_item").Text("inference_id")));
        Assert.Equal([Id(4), Id(3)], items.Select(item => item.GetProperty("sample").Text("inference_id")));
        Assert.Equal(["yes", "no"], items.Select(item => item.GetProperty("datasource_item").Text("output_text")));
        Assert.Empty(_services.Requests);
        Assert.True(_services.CallQueries.TryDequeue(out var query));
        Assert.Equal(("shadow", "try", "completed"), (query["purpose"].ToString(), query["step"].ToString(), query["outcome"].ToString()));

        var comparison = await _host.Http.PostJsonAsync($"/v1/evals/{eval}/comparisons", new { baseline = original.Text("id"), candidates = new[] { candidate.Text("id") } });
        Assert.Equal(2, comparison.GetProperty("candidates")[0].GetProperty("results")[0].GetProperty("pairs").GetInt32());
        await RefusedAsync(eval, new { type = "jsonl", source = new { type = "shadow" } }, "data_source.source.shadow");
        await RefusedAsync(eval, new { type = "jsonl", source = new { type = "shadow", shadow = "try", answers = "both" } }, "data_source.source.answers");
    }

    private static JsonObject Replay(object candidate, int? sample = null, int? seed = null)
    {
        var source = JsonSerializer.SerializeToNode(candidate)!.AsObject();
        source["type"] = "completions";
        source["source"] = JsonSerializer.SerializeToNode(new { type = "inferences", sample, seed });
        return source;
    }

    private static int Passed(JsonElement run) => run.GetProperty("result_counts").GetProperty("passed").GetInt32();

    private static string Id(int call) => $"0190a5e0-0000-7000-8000-{call:D12}";

    private void Log(int call, string request, string text, string prompt = "null", int? parent = null) => _services.Calls[Id(call)] =
        $$$"""{"id":"{{{Id(call)}}}","operation":"chat.completions","purpose":"{{{(parent is null ? "production" : "shadow")}}}","parent_id":"{{{Id(parent ?? 0)}}}","requested_model":"fast","model":"openai/gpt","created_at":"2026-01-01T00:00:00Z","duration_ms":12.5,"cost_usd":0.002,"metadata":{},"bodies_kept":true,"request_bytes":10,"response_bytes":10,"prompt":{{{prompt}}},"request":{{{request}}},"response":{"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"gpt","choices":[{"index":0,"message":{"role":"assistant","content":"{{{text}}}"},"finish_reason":"stop"}]}}""";

    private async Task<List<string>> CallsAsync(string eval, JsonElement run) =>
        [.. (await _host.ItemsAsync(eval, run.Text("id"))).Select(item => item.GetProperty("datasource_item").Text("inference_id"))];

    private async Task RefusedAsync(string eval, object dataSource, string param)
    {
        var refusal = await _host.Http.PostAsJsonAsync($"/v1/evals/{eval}/runs", new { data_source = dataSource }).RefusedAsync();
        Assert.Equal((HttpStatusCode.BadRequest, param), (refusal.Status, refusal.Param));
    }

    private async Task<string> LogsEvalAsync(string expected) => (await _host.Http.PostJsonAsync("/v1/evals", new
    {
        data_source_config = new { type = "logs" },
        testing_criteria = new[] { Criteria.Equal(expected) },
    })).Text("id");
}
