using System.Text.Json;
using LlmGateway.TestKit;

namespace LlmGateway.System.Tests;

/// <summary>Evals, runs and output items, judged by OpenAI's own document.</summary>
public abstract class EvalContractTests(RunningSystem gateway) : Scenario(gateway)
{
    private const string Custom =
        """{"name":"contract","metadata":{"kind":"contract"},"data_source_config":{"type":"custom","item_schema":{"type":"object","properties":{"question":{"type":"string"},"answer":{"type":"string"}}},"include_sample_schema":true},"testing_criteria":[{"type":"string_check","name":"equal","input":"{{ sample.output_text }}","reference":"{{ item.answer }}","operation":"eq"},{"type":"text_similarity","name":"alike","input":"{{ sample.output_text }}","reference":"{{ item.answer }}","evaluation_metric":"fuzzy_match","pass_threshold":0.5}]}""";

    private const string Logs =
        """{"data_source_config":{"type":"logs","metadata":{"use":"contract"}},"testing_criteria":[{"type":"string_check","name":"any","input":"{{ sample.output_text }}","reference":"","operation":"like"}]}""";

    private const string Content = """{"type":"file_content","content":[{"item":{"question":"hello","answer":"hello"}},{"item":{"question":"weather?"}}]}""";
    private const string Messages = """{"type":"template","template":[{"role":"user","content":"{{ item.question }}"}]}""";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private HttpClient? _caller;

    [Fact]
    public async Task An_eval_keeps_the_contract_from_its_making_to_its_end()
    {
        // A project of its own: the lists of others have graders that only we know.
        _caller = await JoinAsync("contract");
        foreach (var body in new[] { Custom, Logs })
        {
            var id = (await AssertAsync("POST", "/v1/evals", "/evals", body, 201)).GetProperty("id").GetString();
            await AssertAsync("GET", $"/v1/evals/{id}", "/evals/{eval_id}");
            await AssertAsync("GET", "/v1/evals?limit=100", "/evals");
            await AssertAsync("POST", $"/v1/evals/{id}", "/evals/{eval_id}", """{"name":"renamed","metadata":{"a":"b"}}""");
            await AssertAsync("GET", $"/v1/evals/{id}/runs", "/evals/{eval_id}/runs");
            await AssertAsync("DELETE", $"/v1/evals/{id}", "/evals/{eval_id}");
        }
    }

    [Theory]
    [InlineData($$$"""{"type":"completions","model":"local/chat","source":{{{Content}}},"input_messages":{{{Messages}}},"sampling_params":{"temperature":0,"seed":1}}""")]
    [InlineData($$$"""{"type":"responses","model":"local/chat","source":{{{Content}}},"input_messages":{{{Messages}}},"sampling_params":{"max_completion_tokens":50}}""")]
    [InlineData("""{"type":"jsonl","source":{"type":"file_content","content":[{"item":{"answer":"a"},"sample":{"output_text":"a","model":"m"}},{"item":{"answer":"b"}}]}}""")]
    [InlineData($$$"""{"type":"completions","model":"none/such","source":{{{Content}}},"input_messages":{{{Messages}}}}""")]
    public async Task A_run_keeps_the_contract_however_it_ends(string dataSource)
    {
        var eval = (await PostAsync(Http, "/v1/evals", Custom)).GetProperty("id").GetString();
        var made = await AssertAsync("POST", $"/v1/evals/{eval}/runs", "/evals/{eval_id}/runs", $$"""{"metadata":{"a":"b"},"data_source":{{dataSource}}}""", 201);
        var run = $"/v1/evals/{eval}/runs/{made.GetProperty("id").GetString()}";
        await EndedAsync(run);
        await AssertAsync("GET", run, "/evals/{eval_id}/runs/{run_id}");
        await AssertAsync("GET", $"/v1/evals/{eval}/runs", "/evals/{eval_id}/runs");
        var items = await AssertAsync("GET", $"{run}/output_items", "/evals/{eval_id}/runs/{run_id}/output_items");
        foreach (var item in items.GetProperty("data").EnumerateArray())
        {
            await AssertAsync("GET", $"{run}/output_items/{item.GetProperty("id").GetString()}", "/evals/{eval_id}/runs/{run_id}/output_items/{output_item_id}");
        }

        await AssertAsync("DELETE", run, "/evals/{eval_id}/runs/{run_id}");
    }

    [Fact]
    public async Task A_run_over_the_log_keeps_the_contract()
    {
        using var asked = await Http.PostAsync("/v1/chat/completions", Json("""{"model":"local/chat","messages":[{"role":"user","content":"hello"}],"store":true,"metadata":{"use":"contract"}}"""), Cancel);
        await StoredAsync(asked);
        var eval = (await PostAsync(Http, "/v1/evals", Logs)).GetProperty("id").GetString();
        var made = await AssertAsync("POST", $"/v1/evals/{eval}/runs", "/evals/{eval_id}/runs", """{"data_source":{"type":"completions","source":{"type":"stored_completions","limit":1}}}""", 201);
        var run = $"/v1/evals/{eval}/runs/{made.GetProperty("id").GetString()}";
        Assert.Equal(1, (await EndedAsync(run)).GetProperty("result_counts").GetProperty("passed").GetInt32());
        await AssertAsync("GET", $"{run}/output_items", "/evals/{eval_id}/runs/{run_id}/output_items");
    }

    private async Task<JsonElement> EndedAsync(string url)
    {
        JsonElement run = default;
        await Eventually.TrueAsync(
            async token =>
            {
                run = JsonElement.Parse(await Http.GetStringAsync(url, token));
                return run.GetProperty("status").GetString() is "completed" or "failed";
            },
            "the run to end",
            Deadline);
        return run;
    }

    private async Task<JsonElement> AssertAsync(string method, string url, string path, string? body = null, int status = 200)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), url) { Content = body is null ? null : Json(body) };
        using var response = await (_caller ?? Http).SendAsync(request, Cancel);
        var text = await response.Content.ReadAsStringAsync(Cancel);
        Assert.True((int)response.StatusCode == status, text);
        SharedContract.AssertKept(method, path, status, text);
        return JsonElement.Parse(text);
    }
}

[Collection<StandaloneShape>]
public sealed class EvalContractInStandalone(StandaloneFixture fixture) : EvalContractTests(fixture.Gateway);

[Collection<ServicesShape>]
public sealed class EvalContractInServices(ServicesFixture fixture) : EvalContractTests(fixture.Gateway);
