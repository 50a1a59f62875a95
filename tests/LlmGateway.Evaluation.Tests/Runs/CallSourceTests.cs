using System.Net;
using System.Net.Http.Json;
using LlmGateway.TestKit;

namespace LlmGateway.Evaluation.Tests.Runs;

/// <summary>Runs over logged calls.</summary>
public sealed class CallSourceTests : IAsyncLifetime
{
    private const string First = "0190a5e0-0000-7000-8000-000000000001";
    private const string Second = "0190a5e0-0000-7000-8000-000000000002";
    private const string Third = "0190a5e0-0000-7000-8000-000000000003";

    private readonly TempFolder _folder = new();
    private OtherServices _services = null!;
    private EvaluationHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _services = await OtherServices.StartAsync();
        _host = await EvaluationHost.StartAsync(_services, _folder.Path);
        Log(First, """{"model":"fast","messages":[{"role":"user","content":"one"}]}""", Chat("1"));
        Log(Second, """{"model":"fast","messages":[{"role":"user","content":"two"}]}""", Chat("2"));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _services.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task What_was_answered_is_graded_and_no_model_is_called()
    {
        var eval = await LogsEvalAsync("1");
        var run = await _host.RunAsync(eval, new { type = "completions", source = new { type = "stored_completions", model = "fast", created_after = 1_700_000_000, metadata = new { version = "v2" } } });
        Assert.Equal("""{"total":2,"errored":0,"failed":1,"passed":1,"abstained":0}""", run.GetProperty("result_counts").GetRawText());
        Assert.Empty(_services.Requests);

        // The newest first.
        var item = (await _host.ItemsAsync(eval, run.Text("id")))[1];
        Assert.Equal("pass", item.Text("status"));
        var call = item.GetProperty("datasource_item");
        Assert.Equal(("one", First, "openai/gpt"), (call.GetProperty("input")[0].Text("content"), call.Text("inference_id"), call.Text("model")));
        var sample = item.GetProperty("sample");
        Assert.Equal(("openai/gpt", First, 0.002m, 12.5), (sample.Text("model"), sample.Text("inference_id"), sample.GetProperty("cost_usd").GetDecimal(), sample.GetProperty("latency_ms").GetDouble()));

        Assert.True(_services.CallQueries.TryDequeue(out var query));
        Assert.Equal(
            ("chat.completions", "completed", "production", "fast", "1700000000", "support", "v2"),
            (query["operation"].ToString(), query["outcome"].ToString(), query["purpose"].ToString(), query["model"].ToString(), query["created_after"].ToString(), query["metadata[use]"].ToString(), query["metadata[version]"].ToString()));
    }

    [Fact]
    public async Task Another_model_is_asked_what_was_asked()
    {
        _services.Model = request => (200, OtherServices.LastMessage(request) == "one" ? "1" : "no idea");
        var eval = await LogsEvalAsync("1");
        var run = await _host.RunAsync(eval, new { type = "completions", model = "test/model", source = new { type = "inferences", ids = new[] { First, Second } } });
        Assert.Equal(["no idea", "1"], (await _host.ItemsAsync(eval, run.Text("id"))).Select(item => item.GetProperty("sample").GetProperty("output")[0].Text("content")));
        Assert.Equal(2, _services.Requests.Count);
        Assert.Equal("test/model", run.Text("model"));
    }

    [Fact]
    public async Task Logged_responses_are_chosen_by_what_was_asked()
    {
        const string Answer = """{"id":"resp_1","object":"response","created_at":1,"status":"completed","model":"gpt","output":[{"type":"message","id":"m","status":"completed","role":"assistant","content":[{"type":"output_text","text":"3","annotations":[]}]}]}""";
        Log(Third, """{"model":"fast","instructions":"Count politely.","input":"three","temperature":0.5,"tools":[{"type":"web_search"}]}""", Answer);
        var eval = await LogsEvalAsync("3");
        object Chosen(string words, double temperature, string tool) => new { type = "responses", source = new { type = "responses", instructions_search = words, temperature, tools = new[] { tool } } };
        var run = await _host.RunAsync(eval, Chosen("POLITELY", 0.5, "web_search"));
        var item = Assert.Single(await _host.ItemsAsync(eval, run.Text("id")));
        Assert.Equal("pass", item.Text("status"));
        Assert.Equal("""[{"role":"system","content":"Count politely."},{"role":"user","content":"three"}]""", item.GetProperty("datasource_item").GetProperty("input").GetRawText());
        Assert.True(_services.CallQueries.TryDequeue(out var query));
        Assert.Equal("responses", query["operation"].ToString());
        foreach (var other in new[] { Chosen("rudely", 0.5, "web_search"), Chosen("politely", 1, "web_search"), Chosen("politely", 0.5, "file_search") })
        {
            Assert.Equal("failed", (await _host.RunAsync(eval, other)).Text("status"));
        }
    }

    [Fact]
    public async Task A_limit_is_kept_and_calls_that_were_not_kept_whole_are_passed_over()
    {
        Log(Third, "null", Chat("3"));
        var eval = await LogsEvalAsync("2");
        var run = await _host.RunAsync(eval, new { type = "jsonl", source = new { type = "inferences", limit = 1 } });
        Assert.Equal((1, 1), (run.GetProperty("result_counts").GetProperty("total").GetInt32(), run.GetProperty("result_counts").GetProperty("passed").GetInt32()));

        var empty = await _host.RunAsync(eval, new { type = "jsonl", source = new { type = "inferences", ids = new[] { Third } } });
        Assert.Equal(("failed", "The data has no items."), (empty.Text("status"), empty.GetProperty("error").Text("message")));
    }

    [Fact]
    public async Task What_selects_no_calls_is_refused()
    {
        var eval = await LogsEvalAsync("1");
        (object Source, string Param)[] cases =
        [
            (new { type = "inferences", ids = new[] { "call-1" } }, "data_source.source.ids[0]"),
            (new { type = "inferences", ids = new[] { First }, model = "fast" }, "data_source.source.model"),
            (new { type = "inferences", operation = "embeddings" }, "data_source.source.operation"),
            (new { type = "stored_completions", limit = 0 }, "data_source.source.limit"),
            (new { type = "stored_completions", metadata = new { version = 2 } }, "data_source.source.metadata.version"),
            (new { type = "stored_completions", purpose = "evaluation" }, "data_source.source.purpose"),
        ];
        foreach (var (source, param) in cases)
        {
            var refusal = await _host.Http.PostAsJsonAsync($"/v1/evals/{eval}/runs", new { data_source = new { type = "completions", source } }).RefusedAsync();
            Assert.Equal((HttpStatusCode.BadRequest, param), (refusal.Status, refusal.Param));
        }
    }

    private static string Chat(string text) =>
        $$"""{"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"gpt","choices":[{"index":0,"message":{"role":"assistant","content":"{{text}}"},"finish_reason":"stop"}]}""";

    private void Log(string id, string request, string response) => _services.Calls[id] =
        $$"""{"id":"{{id}}","requested_model":"fast","model":"openai/gpt","duration_ms":12.5,"cost_usd":0.002,"metadata":{"use":"support"},"request":{{request}},"response":{{response}}}""";

    private async Task<string> LogsEvalAsync(string expected) => (await _host.Http.PostJsonAsync("/v1/evals", new
    {
        data_source_config = new { type = "logs", metadata = new { use = "support" } },
        testing_criteria = new[] { Criteria.Equal(expected) },
    })).Text("id");
}
