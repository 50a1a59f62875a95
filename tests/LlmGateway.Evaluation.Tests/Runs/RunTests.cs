using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Servers;

namespace LlmGateway.Evaluation.Tests.Runs;

/// <summary>Runs kept in a file.</summary>
public sealed class SqliteRunTests : RunTests
{
    protected override Task<string?> StoreAsync() => Task.FromResult<string?>(null);
}

/// <summary>Runs kept in a server.</summary>
public sealed class PostgresRunTests : RunTests
{
    protected override async Task<string?> StoreAsync() => await TestServers.CreateDatabaseAsync();
}

/// <summary>Runs from their start to their end, over real HTTP.</summary>
public abstract class RunTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private OtherServices _services = null!;
    private EvaluationHost _host = null!;

    protected abstract Task<string?> StoreAsync();

    public async ValueTask InitializeAsync()
    {
        _services = await OtherServices.StartAsync();
        _host = await EvaluationHost.StartAsync(_services, _folder.Path, await StoreAsync());
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        await _services.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_model_is_asked_graded_and_accounted_for()
    {
        _services.Model = request => (200, OtherServices.LastMessage(request) == "Q: one" ? "1" : "no idea");
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Equal() });
        var run = await _host.RunAsync(eval, Criteria.Completions(Criteria.Inline(
            new { question = "one", answer = "1" }, new { question = "two", answer = "2" })));
        Assert.Equal(("eval.run", "completed", "test/model"), (run.Text("object"), run.Text("status"), run.Text("model")));
        Assert.Equal("""{"total":2,"errored":0,"failed":1,"passed":1,"abstained":0}""", run.GetProperty("result_counts").GetRawText());
        var usage = run.GetProperty("per_model_usage")[0];
        Assert.Equal(("test/model", 2, 20, 26), (usage.Text("model_name"), usage.GetProperty("invocation_count").GetInt32(), usage.GetProperty("prompt_tokens").GetInt32(), usage.GetProperty("total_tokens").GetInt32()));
        var criterion = run.GetProperty("per_testing_criteria_results")[0];
        Assert.Equal(("equal", 1, 1), (criterion.Text("testing_criteria"), criterion.GetProperty("passed").GetInt32(), criterion.GetProperty("failed").GetInt32()));

        var item = (await _host.ItemsAsync(eval, run.Text("id")))[0];
        Assert.Equal(("pass", 0, "1"), (item.Text("status"), item.GetProperty("datasource_item_id").GetInt32(), item.GetProperty("datasource_item").Text("answer")));
        var sample = item.GetProperty("sample");
        Assert.Equal("Q: one", sample.GetProperty("input")[0].Text("content"));
        Assert.Equal(("assistant", "1"), (sample.GetProperty("output")[0].Text("role"), sample.GetProperty("output")[0].Text("content")));
        Assert.Equal(0.00025m, sample.GetProperty("cost_usd").GetDecimal());
        Assert.Equal("""{"name":"equal","type":"string_check","score":1,"passed":true,"reason":null,"error":null}""", item.GetProperty("results")[0].GetRawText());
        Assert.StartsWith("Bearer lgt_", _services.Credentials["/v1/chat/completions"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Completed_runs_of_a_model_are_found_whichever_the_eval_by_its_project_alone()
    {
        _services.Model = request => (200, OtherServices.LastMessage(request) == "Q: one" ? "1" : "no idea");
        var source = Criteria.Inline(new { question = "one", answer = "1" }, new { question = "two", answer = "2" });
        foreach (var model in (string[])["prompt/a@1", "prompt/a@1", "prompt/a@2"])
        {
            await _host.RunAsync(await _host.CreateEvalAsync(new[] { Criteria.Equal() }), Criteria.Completions(source, model));
        }

        const string Path = "/internal/runs?model=prompt%2Fa%401&model=prompt%2Fb%401";
        var found = (await _host.Http.GetJsonAsync(Path)).GetProperty("data");
        Assert.Equal(["prompt/a@1", "prompt/a@1"], found.EnumerateArray().Select(run => run.Text("model")));
        var criterion = found[0].GetProperty("per_testing_criteria_results")[0];
        Assert.Equal((1, 1, 0.5), (criterion.GetProperty("passed").GetInt32(), criterion.GetProperty("failed").GetInt32(), criterion.GetProperty("mean_score").GetDouble()));

        Assert.Equal(0, (await _host.For("proj_b").GetJsonAsync(Path)).GetProperty("data").GetArrayLength());
        Assert.Equal(HttpStatusCode.BadRequest, (await _host.Http.GetAsync("/internal/runs", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await _host.For("proj_a", LlmGateway.Service.Scopes.Inference).GetAsync(Path, TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task Recorded_samples_are_graded_as_they_are()
    {
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Equal() });
        var run = await _host.RunAsync(eval, new
        {
            type = "jsonl",
            source = new
            {
                type = "file_content",
                content = new object[]
                {
                    new { item = new { answer = "a" }, sample = new { output_text = "a", model = "old" } },
                    new { item = new { answer = "b" }, sample = new { output_text = "x", model = "old" } },
                    new { item = new { answer = "c" } },
                },
            },
        });
        Assert.Equal(["pass", "fail", "error"], (await _host.ItemsAsync(eval, run.Text("id"))).Select(item => item.Text("status")));
        Assert.Empty(_services.Requests);
    }

    [Fact]
    public async Task Files_and_datasets_are_read_and_a_dataset_is_pinned()
    {
        _services.Files["file-1"] = """
            {"item": {"question": "one", "answer": "yes"}}

            {"item": {"question": "two", "answer": "no"}}
            """;
        // What "latest" was when the run was made is what its worker asks for.
        _services.Datasets["ds_1/latest/test"] = "";
        _services.Datasets["ds_1/ds_1-v7/test"] = """
            {"id":"i1","input":[{"role":"user","content":"hello"}],"reference":"yes","metadata":{},"split":"test"}
            """;
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Equal() });
        var fromFile = await _host.RunAsync(eval, Criteria.Completions(new { type = "file_id", id = "file-1" }));
        Assert.Equal((2, 1), (fromFile.GetProperty("result_counts").GetProperty("total").GetInt32(), fromFile.GetProperty("result_counts").GetProperty("passed").GetInt32()));

        var byReference = await _host.CreateEvalAsync(new[] { Criteria.Equal("{{ item.reference }}") });
        var fromDataset = await _host.RunAsync(
            byReference, new { type = "completions", model = "test/model", source = new { type = "dataset", dataset_id = "ds_1", split = "test" } });
        Assert.Equal(1, fromDataset.GetProperty("result_counts").GetProperty("passed").GetInt32());
        Assert.Equal("ds_1-v7", fromDataset.GetProperty("data_source").GetProperty("source").Text("version"));
        Assert.Contains(_services.Requests, request => OtherServices.LastMessage(request) == "hello");

        // Datasets keeps the version while the run is there.
        var use = Assert.Single(_services.Uses).Value;
        Assert.Equal(
            ("ds_1", "ds_1-v7", "test", fromDataset.Text("id"), "tested"),
            (use.Text("dataset_id"), use.Text("version"), use.Text("split"), use.Text("used_by"), use.Text("role")));
        using var deleted = await _host.Http.DeleteAsync($"/v1/evals/{byReference}/runs/{fromDataset.Text("id")}", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
        Assert.Empty(_services.Uses);
    }

    [Fact]
    public async Task A_judge_scores_abstains_is_asked_again_and_errs_and_each_is_told_apart()
    {
        _services.Model = request => (200, request.Text("model") == "judge" ? Verdict(request) : OtherServices.LastMessage(request)[3..]);
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Judge() });
        var run = await _host.RunAsync(eval, Criteria.Completions(Criteria.Inline(
            new { question = "good" }, new { question = "bad" }, new { question = "unknowable" }, new { question = "repairable" }, new { question = "nonsense" })));
        Assert.Equal("""{"total":5,"errored":1,"failed":1,"passed":2,"abstained":1}""", run.GetProperty("result_counts").GetRawText());
        var results = (await _host.ItemsAsync(eval, run.Text("id"))).Select(item => item.GetProperty("results")[0]).ToList();
        Assert.Equal(["0.9", "0.1", "null", "0.7", "null"], results.Select(result => result.GetProperty("score").GetRawText()));
        Assert.Equal(["true", "false", "null", "true", "null"], results.Select(result => result.GetProperty("passed").GetRawText()));
        Assert.Equal("cannot tell", results[2].Text("reason"));
        Assert.Equal("grader_error", results[4].GetProperty("error").Text("code"));
        var criterion = run.GetProperty("per_testing_criteria_results")[0];
        Assert.Equal(1.7 / 3, criterion.GetProperty("mean_score").GetDouble(), 1e-9);
        Assert.Equal(7, run.GetProperty("per_model_usage").EnumerateArray().Single(usage => usage.Text("model_name") == "judge").GetProperty("invocation_count").GetInt32());

        static string Verdict(JsonElement request)
        {
            var messages = request.GetProperty("messages");
            return messages[1].Text("content").Split(' ')[1] switch
            {
                "good" => """{"reason": "fine", "score": 0.9}""",
                "bad" => """Here it is: {"reason": "wrong", "score": 0.1}""",
                "unknowable" => """{"reason": "cannot tell", "score": null}""",
                "repairable" => messages.GetArrayLength() > 2 ? """{"score": 0.7}""" : "seven of ten",
                _ => """{"score": 12}""",
            };
        }
    }

    [Fact]
    public async Task An_item_that_goes_wrong_is_its_own_error_and_the_run_goes_on()
    {
        _services.Model = request => OtherServices.LastMessage(request).EndsWith("broken", StringComparison.Ordinal) ? (400, "This prompt is refused.") : (200, "yes");
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Equal("yes"), Criteria.Equal("{{ item.answer }}", "other") });
        var run = await _host.RunAsync(eval, Criteria.Completions(Criteria.Inline(
            new { question = "one", answer = "yes" }, new { question = "broken", answer = "yes" }, new { question = "no answer to compare with" })));
        Assert.Equal("completed", run.Text("status"));
        Assert.Equal("""{"total":3,"errored":2,"failed":0,"passed":1,"abstained":0}""", run.GetProperty("result_counts").GetRawText());
        var items = await _host.ItemsAsync(eval, run.Text("id"));
        Assert.Equal(("upstream_error", "This prompt is refused."), (items[1].GetProperty("sample").GetProperty("error").Text("code"), items[1].GetProperty("sample").GetProperty("error").Text("message")));
        Assert.Equal(["1", "null"], items[2].GetProperty("results").EnumerateArray().Select(result => result.GetProperty("score").GetRawText()));
        Assert.Contains("item.answer", items[2].GetProperty("results")[1].GetProperty("error").Text("message"), StringComparison.Ordinal);
        var failed = await _host.Http.GetJsonAsync($"/v1/evals/{eval}/runs/{run.Text("id")}/output_items?status=error&limit=1&order=desc");
        Assert.Equal((2, true), (failed.GetProperty("data")[0].GetProperty("datasource_item_id").GetInt32(), failed.GetProperty("has_more").GetBoolean()));
    }

    [Fact]
    public async Task A_busy_model_is_asked_again_and_a_dead_one_fails_the_run()
    {
        var busy = 2;
        _services.Model = _ => Interlocked.Decrement(ref busy) >= 0 ? (429, "Slow down.") : (200, "yes");
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Equal("yes") });
        var run = await _host.RunAsync(eval, Criteria.Completions(Criteria.Inline(new { question = "one" })));
        Assert.Equal(("completed", 3), (run.Text("status"), _services.Requests.Count));

        _services.Model = _ => (404, "No such model.");
        var items = Enumerable.Range(0, 100).Select(number => (object)new { question = $"{number}" }).ToArray();
        run = await _host.RunAsync(eval, Criteria.Completions(Criteria.Inline(items)));
        Assert.Equal("failed", run.Text("status"));
        Assert.Contains("No such model.", run.GetProperty("error").Text("message"), StringComparison.Ordinal);
        Assert.True(run.GetProperty("result_counts").GetProperty("errored").GetInt32() < 100, "it stops early");
        Assert.Equal("failed", (await _host.RunAsync(eval, Criteria.Completions(Criteria.Inline(new { question = "one" })))).Text("status"));
    }

    [Fact]
    public async Task A_canceled_run_stops_and_a_deleted_one_is_gone()
    {
        using var hold = new ManualResetEventSlim();
        _services.Model = _ =>
        {
            hold.Wait(TimeSpan.FromSeconds(30));
            return (200, "yes");
        };
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Equal("yes") });
        var items = Enumerable.Range(0, 40).Select(number => (object)new { question = $"{number}" }).ToArray();
        var run = await _host.StartRunAsync(eval, Criteria.Completions(Criteria.Inline(items)));
        await Eventually.TrueAsync(() => !_services.Requests.IsEmpty, "the model is asked");
        var canceled = await _host.Http.PostJsonAsync($"/v1/evals/{eval}/runs/{run}", new { });
        Assert.Equal("canceled", canceled.Text("status"));
        hold.Set();
        var again = await _host.Http.PostAsync($"/v1/evals/{eval}/runs/{run}", null).RefusedAsync();
        Assert.Equal(HttpStatusCode.BadRequest, again.Status);
        // The worker is free again, and what it held it did not write.
        Assert.Equal("completed", (await _host.RunAsync(eval, Criteria.Replay(Criteria.Inline(new { answer = "yes" })))).Text("status"));
        Assert.Equal(0, (await _host.EndedAsync(eval, run)).GetProperty("result_counts").GetProperty("passed").GetInt32());

        using var deleted = await _host.Http.DeleteAsync($"/v1/evals/{eval}/runs/{run}");
        Assert.Equal(run, (await deleted.Content.ReadFromJsonAsync<JsonElement>()).Text("run_id"));
        Assert.Equal(HttpStatusCode.NotFound, (await _host.Http.GetAsync($"/v1/evals/{eval}/runs/{run}/output_items").RefusedAsync()).Status);
    }

    [Theory]
    [InlineData("not json", "Line 2 is not JSON.")]
    [InlineData("""{"question": "two"}""", "Line 2: expected {\"item\": {…}}")]
    [InlineData("""{"item": {"question": 2}}""", "Item 1 does not fit the item schema: #/question: StringExpected")]
    public async Task A_bad_line_fails_the_run_with_its_number(string line, string words)
    {
        _services.Files["file-1"] = """{"item": {"question": "one"}}""" + $"\n{line}\n";
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Equal("yes") }, new { type = "object", properties = new { question = new { type = "string" } } });
        var run = await _host.RunAsync(eval, Criteria.Completions(new { type = "file_id", id = "file-1" }));
        Assert.Equal(("failed", "invalid_data_source"), (run.Text("status"), run.GetProperty("error").Text("code")));
        Assert.Contains(words, run.GetProperty("error").Text("message"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "The data has no items.")]
    [InlineData(null, "The data is gone.")]
    public async Task A_dataset_that_was_emptied_or_deleted_fails_the_run_with_the_reason(string? lines, string words)
    {
        // What was there when the run was made is not there when it is loaded.
        _services.Datasets["ds_1/latest/"] = "";
        if (lines is not null)
        {
            _services.Datasets["ds_1/ds_1-v7/"] = lines;
        }

        var eval = await _host.CreateEvalAsync(new[] { Criteria.Equal("yes") });
        var run = await _host.RunAsync(eval, new { type = "completions", model = "test/model", source = new { type = "dataset", dataset_id = "ds_1" } });
        Assert.Equal(("failed", "invalid_data_source", words), (run.Text("status"), run.GetProperty("error").Text("code"), run.GetProperty("error").Text("message")));
    }

    [Fact]
    public async Task What_cannot_be_run_is_refused_before_there_is_a_run()
    {
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Equal("yes") }, new { type = "object", properties = new { question = new { type = "string" } } });
        var good = Criteria.Inline(new { question = "one" });
        (object Source, HttpStatusCode Status, string Param, string Words)[] cases =
        [
            (Criteria.Completions(new { type = "file_id", id = "file-none" }), HttpStatusCode.NotFound, "data_source.source.id", "no file"),
            (Criteria.Completions(new { type = "dataset", dataset_id = "ds_none" }), HttpStatusCode.NotFound, "data_source.source.dataset_id", "no dataset"),
            (Criteria.Completions(Criteria.Inline(new { question = "one" }, new { question = 2 })), HttpStatusCode.BadRequest, "data_source.source.content[1].item", "Item 1"),
            (Criteria.Completions(new { type = "file_content", content = new[] { new { question = "one" } } }), HttpStatusCode.BadRequest, "data_source.source.content[0]", "item"),
            (Criteria.Completions(Criteria.Inline()), HttpStatusCode.BadRequest, "data_source.source.content", "0 elements"),
            (new { type = "chat", source = good }, HttpStatusCode.BadRequest, "data_source.type", "jsonl, completions, responses"),
            (new { type = "completions", source = good }, HttpStatusCode.BadRequest, "data_source.model", "Missing"),
            (new { type = "completions", source = good, model = "m" }, HttpStatusCode.BadRequest, "data_source.input_messages", "Missing"),
            (new { type = "completions", source = good, model = "replay/x" }, HttpStatusCode.BadRequest, "data_source.model", "replay/<file"),
            (new { type = "completions", source = good, model = "replay/file-none#x" }, HttpStatusCode.NotFound, "data_source.model", "no file"),
            (new { type = "completions", source = good, model = "m", input_messages = new { type = "item_reference", item_reference = "item.messages" } }, HttpStatusCode.BadRequest, "data_source.input_messages.item_reference", "question"),
            (new { type = "completions", source = good, model = "m", input_messages = new { type = "template", template = new[] { new { role = "user", content = "{{ sample.output_text }}" } } } }, HttpStatusCode.BadRequest, "data_source.input_messages.template[0].content", "no sample"),
            (new { type = "completions", source = good, model = "m", sampling_params = new { temperature = 3 } }, HttpStatusCode.BadRequest, "data_source.sampling_params.temperature", "0 to 2"),
        ];
        foreach (var (source, status, param, words) in cases)
        {
            var refusal = await _host.Http.PostAsJsonAsync($"/v1/evals/{eval}/runs", new { data_source = source }).RefusedAsync();
            Assert.Equal((status, param), (refusal.Status, refusal.Param));
            Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
        }

        Assert.Empty((await _host.Http.GetJsonAsync($"/v1/evals/{eval}/runs")).GetProperty("data").EnumerateArray());
    }

    [Fact]
    public async Task A_key_for_data_alone_replays_and_calls_no_model()
    {
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Equal("yes") });
        var judged = await _host.CreateEvalAsync(new[] { Criteria.Judge() });
        var reader = _host.For("proj_a", Service.Scopes.Data);
        foreach (var (id, source) in new[] { (eval, Criteria.Completions(Criteria.Inline(new { question = "one" }))), (judged, Criteria.Replay(Criteria.Inline(new { answer = "yes" }))) })
        {
            var refusal = await reader.PostAsJsonAsync($"/v1/evals/{id}/runs", new { data_source = source }).RefusedAsync();
            Assert.Equal(HttpStatusCode.Forbidden, refusal.Status);
        }

        await reader.PostJsonAsync($"/v1/evals/{eval}/runs", new { data_source = Criteria.Replay(Criteria.Inline(new { answer = "yes" })) });
        Assert.Empty(_services.Requests);
    }

    [Fact]
    public async Task Every_code_grader_and_the_cosine_work_through_the_api()
    {
        object Similar(string metric, double threshold) => new { type = "text_similarity", name = metric, input = "{{ sample.output_text }}", reference = "{{ item.reference }}", evaluation_metric = metric, pass_threshold = threshold };
        string[] metrics = ["fuzzy_match", "bleu", "gleu", "meteor", "rouge_1", "rouge_2", "rouge_3", "rouge_4", "rouge_5", "rouge_l", "cosine"];
        var eval = await _host.CreateEvalAsync(metrics.Select(metric => Similar(metric, 0.9)).Concat(
        [
            new { type = "exact_match", name = "exact", reference = new[] { "{{ item.reference }}", "another" } },
            new { type = "json_schema", name = "schema", input = """{"a": {{ item.number }}}""", schema = new { type = "object", properties = new { a = new { type = "integer" } }, required = new[] { "a" } } },
            new { type = "string_check", name = "contains", input = "{{ sample.output_text }}", reference = "FOX", operation = "ilike" },
        ]).ToArray());
        var run = await _host.RunAsync(eval, Criteria.Replay(Criteria.Inline(
            new { answer = "The quick brown fox jumps.", reference = "the quick brown fox jumps", number = 1 },
            new { answer = "Nothing", reference = "of the kind", number = "x" })));
        var items = await _host.ItemsAsync(eval, run.Text("id"));
        Assert.All(items[0].GetProperty("results").EnumerateArray(), result => Assert.True(result.GetProperty("passed").GetBoolean(), result.GetRawText()));
        var second = items[1].GetProperty("results").EnumerateArray().ToDictionary(result => result.Text("name"));
        Assert.False(second["exact"].GetProperty("passed").GetBoolean());
        Assert.Contains("Not JSON", second["schema"].Text("reason"), StringComparison.Ordinal);
        Assert.Equal(0, second["rouge_l"].GetProperty("score").GetDouble());
    }
}
