using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Xml.Linq;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Servers;

namespace LlmGateway.Evaluation.Tests.Insights;

/// <summary>Insights kept in a file.</summary>
public sealed class SqliteInsightTests : InsightTests
{
    protected override Task<string?> StoreAsync() => Task.FromResult<string?>(null);
}

/// <summary>Insights kept in a server.</summary>
public sealed class PostgresInsightTests : InsightTests
{
    protected override async Task<string?> StoreAsync() => await TestServers.CreateDatabaseAsync();
}

/// <summary>From a run with failures to what to try next, with a model that does what each test says.</summary>
public abstract class InsightTests : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    // A host that is disposed dies as a killed process does: what it held is free after this.
    private static readonly (string, string)[] ShortLeases = [("Evaluation:Leases:Duration", "00:00:05"), ("Evaluation:Leases:Heartbeat", "00:00:01")];

    private readonly TempFolder _folder = new();
    private string? _store;
    private OtherServices _services = null!;
    private EvaluationHost _host = null!;

    protected abstract Task<string?> StoreAsync();

    public async ValueTask InitializeAsync()
    {
        _store = await StoreAsync();
        _services = await OtherServices.StartAsync();
        _host = await EvaluationHost.StartAsync(_services, _folder.Path, _store, ShortLeases);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _host.DisposeAsync();
        await _services.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Passages_that_lack_are_told_from_passages_that_hide_with_a_bound_of_the_gain()
    {
        // Knows the items from 0 to 3 by heart, answers the others from a passage that stands alone, and is misled by the weather.
        _services.Model = request => (200, Prompt(request) is var prompt && prompt.Contains("weather", StringComparison.Ordinal) ? "rain"
            : Number(request) < 4 || prompt.Contains($"fact {Number(request)} ", StringComparison.Ordinal) ? $"{Number(request)}" : "?");
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Equal() });
        var items = Enumerable.Range(0, 12).Select(item => (object)new
        {
            question = $"{item}",
            answer = $"{item}",
            gold = $"fact {item} stands here",
            context = item >= 8 ? $"The weather. fact {item}  stands here" : "nothing",
        }).ToArray();
        var run = await _host.RunAsync(eval, WithContext(items));
        var insight = await ExplainAsync(eval, run, new { oracle_context = "item.gold", context = "item.context", closed_book = true });

        Assert.Equal("""{"failed":8,"passed":4,"not_judged":0}""", insight.GetProperty("counts").GetRawText());
        Assert.Equal([("context-missing", 4), ("context-noise", 4)], Groups(insight));
        var oracle = Probe(insight, "oracle_context");
        Assert.Equal((8, 8), (oracle.GetProperty("failed").GetProperty("count").GetInt32(), oracle.GetProperty("failed").GetProperty("of").GetInt32()));
        Assert.Equal(8.0 / 12, oracle.GetProperty("gain").GetProperty("value").GetDouble(), 1e-12);
        Assert.True(oracle.GetProperty("gain").GetProperty("low").GetDouble() > 0.2);
        Assert.Equal(4, Probe(insight, "closed_book").GetProperty("controls").GetProperty("count").GetInt32());
        Assert.Contains("few_shot: a dataset", Probe(insight, "few_shot").Text("needs"), StringComparison.Ordinal);
        var steps = insight.GetProperty("next_steps").EnumerateArray().ToList();
        Assert.Equal(["rerank", "retrieval"], steps.Select(step => step.Text("technique")).Order());
        Assert.All(steps, step => Assert.Equal(("not_tried", "context"), (step.Text("verdict"), step.Text("axis"))));

        var noise = (await _host.Http.GetJsonAsync($"/v1/insights/{insight.Text("id")}/items?label=context-noise&limit=3")).GetProperty("data").EnumerateArray().ToList();
        Assert.Equal([8, 9, 10], noise.Select(item => item.GetProperty("datasource_item_id").GetInt32()));
        Assert.True(noise[0].GetProperty("evidence").GetProperty("gold_in_context").GetBoolean());
        Assert.False(noise[0].GetProperty("evidence").GetProperty("passes_with").GetProperty("closed_book").GetBoolean());
    }

    [Fact]
    public async Task A_form_that_is_broken_is_repaired_or_asked_for_and_what_that_breaks_is_counted()
    {
        // Item 0 is right; 1 to 3 stand in words; 4 to 6 are right when the form is asked for, which makes item 0 wrong.
        _services.Model = request => (200, (Number(request), request.TryGetProperty("response_format", out _)) switch
        {
            (0, false) => Answer(0),
            (0, true) => Answer(7),
            ( <= 3, false) => $"The answer is {Answer(Number(request))}.",
            (_, false) => "The answer is seven.",
            var (number, _) => Answer(number),
        });
        var eval = await _host.CreateEvalAsync(new object[] { new { type = "string_check", name = "right", input = "{{ sample.output_json.answer }}", reference = "{{ item.answer }}", operation = "eq" } });
        var items = Enumerable.Range(0, 7).Select(item => (object)new { question = $"{item}", answer = $"{item}" }).ToArray();
        var run = await _host.RunAsync(eval, Criteria.Completions(Criteria.Inline(items)));
        Assert.Equal(6, run.GetProperty("result_counts").GetProperty("errored").GetInt32());
        var schema = new { type = "object", properties = new { answer = new { type = "string" } }, required = new[] { "answer" } };
        var insight = await ExplainAsync(eval, run, new { format = new { schema } });

        Assert.Equal([("behaviour-format", 6)], Groups(insight));
        Assert.Equal(3, Probe(insight, "format_repaired").GetProperty("failed").GetProperty("count").GetInt32());
        var step = insight.GetProperty("next_steps")[0];
        Assert.Equal(("prompt", "behaviour", "shown"), (step.Text("technique"), step.Text("axis"), step.Text("verdict")));
        Assert.Equal(5.0 / 7, step.GetProperty("expected_gain").GetProperty("value").GetDouble(), 1e-12);
        Assert.Equal(1, step.GetProperty("broken").GetProperty("count").GetInt32());

        // What it recommends can be sent as it stands.
        var request = step.GetProperty("request");
        var again = await _host.EndedAsync(eval, (await _host.Http.PostJsonAsync(request.Text("path"), request.GetProperty("body"))).Text("id"));
        Assert.Equal(6, again.GetProperty("result_counts").GetProperty("passed").GetInt32());

        static string Answer(int number) => $$"""{"answer":"{{number}}"}""";
    }

    [Fact]
    public async Task What_people_hold_for_right_is_the_labels_fault_and_what_passes_once_more_is_chance()
    {
        var asked = 0;
        _services.Model = request => (200, Number(request) == 3 && Interlocked.Increment(ref asked) == 1 ? "wavering" : "right");
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Equal() });
        var run = await _host.RunAsync(eval, Criteria.Completions(Criteria.Inline(
            new { question = "0", answer = "wrong label", human = "pass" },
            new { question = "1", answer = "wrong label", human = "pass" },
            new { question = "2", answer = "another", human = "fail" },
            new { question = "3", answer = "right" },
            new { question = "4", answer = "right", human = "pass" },
            new { question = "5", answer = "right", human = "fail" })));
        var insight = await ExplainAsync(eval, run, new { human = new { type = "field", value = "{{ item.human }}" } });

        Assert.Equal([("label-or-grader", 2), ("unstable", 1), ("unexplained", 1)], Groups(insight));
        var step = insight.GetProperty("next_steps")[0];
        Assert.Equal(("fix_data", "data"), (step.Text("technique"), step.Text("axis")));
        // Two of three labelled failures would pass, one of two labelled passes would fail: 4/6 · 2/3 − 2/6 · 1/2.
        Assert.Equal(5.0 / 18, step.GetProperty("expected_gain").GetProperty("value").GetDouble(), 1e-12);
        Assert.Equal(2, (await _host.Http.GetJsonAsync(step.GetProperty("request").Text("path"))).GetProperty("data").GetArrayLength());
        var picture = await _host.Http.GetStringAsync($"/v1/insights/{insight.Text("id")}?format=svg");
        Assert.Equal("svg", XDocument.Parse(picture).Root!.Name.LocalName);
        Assert.Contains("| label-or-grader | data | 2 of 4 |", await _host.Http.GetStringAsync($"/v1/insights/{insight.Text("id")}?format=markdown"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Recorded_answers_are_looked_at_and_a_run_without_failures_has_a_clear_answer()
    {
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Equal() });
        object[] items = [new { answer = "a", said = "a", found = new[] { "p1" }, gold = new[] { "p1" } }, new { answer = "a", said = "b", found = new[] { "p2", "p3" }, gold = new[] { "p1" } }];
        var run = await _host.RunAsync(eval, Criteria.Replay(Criteria.Inline(items), "said"));
        var insight = await ExplainAsync(eval, run, new { retrieved = "item.found", relevant = "item.gold", closed_book = true });
        Assert.Equal([("context-missing", 1)], Groups(insight));
        Assert.Contains("recorded answers", Probe(insight, "repeat").Text("needs"), StringComparison.Ordinal);
        Assert.Equal(1, Probe(insight, "retrieved").GetProperty("controls").GetProperty("count").GetInt32());

        run = await _host.RunAsync(eval, Criteria.Replay(Criteria.Inline(items), "answer"));
        insight = await ExplainAsync(eval, run, new { closed_book = true });
        Assert.Equal("All 2 judged items passed: there is nothing to explain. Harder items would tell more.", insight.Text("summary"));
        Assert.Empty(_services.Requests);
    }

    [Fact]
    public async Task A_budget_bounds_the_calls_and_leaves_a_control()
    {
        _services.Model = request => (200, Number(request) < 10 ? "yes" : "no");
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Equal("yes") });
        var items = Enumerable.Range(0, 40).Select(item => (object)new { question = $"{item}", gold = "none" }).ToArray();
        var run = await _host.RunAsync(eval, Criteria.Completions(Criteria.Inline(items)));
        _services.Requests.Clear();
        var insight = await ExplainAsync(eval, run, new { oracle_context = "item.gold" }, budget: 24);
        Assert.Equal((6, 6, 24), (insight.GetProperty("probed").GetInt32(), insight.GetProperty("controls").GetInt32(), _services.Requests.Count));
        Assert.Equal([("behaviour-reasoning", 6)], Groups(insight));
    }

    [Fact]
    public async Task A_worker_that_takes_over_makes_no_probe_twice()
    {
        using var hold = new ManualResetEventSlim(true);
        _services.Model = _ =>
        {
            hold.Wait(Deadline);
            return (200, "no");
        };
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Equal("yes") });
        var run = await _host.RunAsync(eval, Criteria.Completions(Criteria.Inline(new { question = "0", gold = "g" }, new { question = "1", gold = "g" })));
        hold.Reset();
        var insight = (await StartAsync(eval, run, new { oracle_context = "item.gold" })).Text("id");
        await Eventually.TrueAsync(async _ => (await RunsAsync(eval)).Count == 3, "the probes run", Deadline);
        var stopped = _host.DisposeAsync();
        hold.Set();
        await stopped;

        _host = await EvaluationHost.StartAsync(_services, _folder.Path, _store, ShortLeases);
        var ended = await EndedAsync(insight);
        Assert.Equal("completed", ended.Text("status"));
        Assert.Equal(3, (await RunsAsync(eval)).Count);
    }

    [Fact]
    public async Task A_canceled_insight_ends_with_its_probes_and_others_see_nothing_of_it()
    {
        using var hold = new ManualResetEventSlim(true);
        _services.Model = _ =>
        {
            hold.Wait(Deadline);
            return (200, "no");
        };
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Equal("yes") });
        var run = await _host.RunAsync(eval, Criteria.Completions(Criteria.Inline(new { question = "0" })));
        hold.Reset();
        var insight = (await StartAsync(eval, run, new { })).Text("id");
        await Eventually.TrueAsync(async _ => (await RunsAsync(eval)).Count == 2, "the probe runs", Deadline);
        Assert.Equal("canceled", (await _host.Http.PostJsonAsync($"/v1/insights/{insight}/cancel", new { })).Text("status"));
        Assert.Contains("canceled", (await RunsAsync(eval)).Select(probe => probe.Text("status")));
        hold.Set();

        Assert.Equal(HttpStatusCode.BadRequest, (await _host.Http.PostAsync($"/v1/insights/{insight}/cancel", null).RefusedAsync()).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await _host.Http.GetAsync($"/v1/insights/{insight}?format=svg").RefusedAsync()).Status);
        var other = _host.For("proj_b");
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync($"/v1/insights/{insight}").RefusedAsync()).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync($"/v1/insights/{insight}/items").RefusedAsync()).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await other.DeleteAsync($"/v1/insights/{insight}").RefusedAsync()).Status);
        Assert.Equal(0, (await other.GetJsonAsync("/v1/insights")).GetProperty("data").GetArrayLength());
        Assert.Equal(insight, (await _host.Http.GetJsonAsync($"/v1/insights?eval_id={eval}")).GetProperty("data")[0].Text("id"));
        using var deleted = await _host.Http.DeleteAsync($"/v1/insights/{insight}");
        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
    }

    [Fact]
    public async Task What_cannot_be_probed_is_refused_by_the_name_of_its_field()
    {
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Equal("yes"), Criteria.Equal("yes", "person") }, new { type = "object", properties = new { question = new { type = "string" } } });
        var run = (await _host.RunAsync(eval, Criteria.Completions(Criteria.Inline(new { question = "0" })))).Text("id");
        _services.Model = _ => (404, "No such model.");
        var failed = (await _host.RunAsync(eval, Criteria.Completions(Criteria.Inline(new { question = "0" })))).Text("id");
        (object Body, HttpStatusCode Status, string Param, string Words)[] cases =
        [
            (new { run_id = run }, HttpStatusCode.BadRequest, "eval_id", "Missing"),
            (new { eval_id = "eval_none", run_id = run }, HttpStatusCode.NotFound, "eval_id", "eval_none"),
            (new { eval_id = eval, run_id = "evalrun_none" }, HttpStatusCode.NotFound, "run_id", "evalrun_none"),
            (new { eval_id = eval, run_id = failed }, HttpStatusCode.BadRequest, "run_id", "is failed"),
            (new { eval_id = eval, run_id = run, testing_criterion = "none" }, HttpStatusCode.BadRequest, "testing_criterion", "equal, person"),
            (new { eval_id = eval, run_id = run, max_items = 0 }, HttpStatusCode.BadRequest, "max_items", "1 to 500"),
            (new { eval_id = eval, run_id = run, budget = 1 }, HttpStatusCode.BadRequest, "budget", "at least 2"),
            (new { eval_id = eval, run_id = run, probes = new { guess = true } }, HttpStatusCode.BadRequest, "probes.guess", "known are"),
            (new { eval_id = eval, run_id = run, probes = new { oracle_context = "{{ item.passage }}" } }, HttpStatusCode.BadRequest, "probes.oracle_context", "question"),
            (new { eval_id = eval, run_id = run, probes = new { oracle_context = "item.passage" } }, HttpStatusCode.BadRequest, "probes.oracle_context", "question"),
            (new { eval_id = eval, run_id = run, probes = new { retrieved = "item.question" } }, HttpStatusCode.BadRequest, "probes.relevant", "needs"),
            (new { eval_id = eval, run_id = run, probes = new { relevant = "item.question and more", retrieved = "item.question" } }, HttpStatusCode.BadRequest, "probes.relevant", "no reference"),
            (new { eval_id = eval, run_id = run, probes = new { format = new { testing_criterion = "none" } } }, HttpStatusCode.BadRequest, "probes.format.testing_criterion", "equal, person"),
            (new { eval_id = eval, run_id = run, probes = new { format = new { schema = "text" } } }, HttpStatusCode.BadRequest, "probes.format.schema", "object"),
            (new { eval_id = eval, run_id = run, probes = new { human = new { type = "guess" } } }, HttpStatusCode.BadRequest, "probes.human.type", "field, criterion"),
            (new { eval_id = eval, run_id = run, testing_criterion = "person", probes = new { human = new { type = "criterion", name = "person" } } }, HttpStatusCode.BadRequest, "probes.human.name", "person"),
        ];
        foreach (var (body, status, param, words) in cases)
        {
            var refusal = await _host.Http.PostAsJsonAsync("/v1/insights", body).RefusedAsync();
            Assert.Equal((status, param), (refusal.Status, refusal.Param));
            Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
        }

        var reader = _host.For("proj_a", Service.Scopes.Data);
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.PostAsJsonAsync("/v1/insights", new { eval_id = eval, run_id = run }).RefusedAsync()).Status);
    }

    private static object WithContext(object[] items) => new
    {
        type = "completions",
        model = "test/model",
        source = Criteria.Inline(items),
        input_messages = new
        {
            type = "template",
            template = new[] { new { role = "system", content = "Context: {{ item.context }}" }, new { role = "user", content = "Q: {{ item.question }}" } },
        },
    };

    private static string Prompt(JsonElement request) => string.Join('\n', request.GetProperty("messages").EnumerateArray().Select(message => message.Text("content")));

    private static int Number(JsonElement request) => int.Parse(OtherServices.LastMessage(request).Split("Q: ")[^1], CultureInfo.InvariantCulture);

    private static IEnumerable<(string, int)> Groups(JsonElement insight) =>
        insight.GetProperty("groups").EnumerateArray().Select(group => (group.Text("label"), group.GetProperty("share").GetProperty("count").GetInt32()));

    private static JsonElement Probe(JsonElement insight, string name) => insight.GetProperty("probes").EnumerateArray().Single(probe => probe.Text("probe") == name);

    private Task<JsonElement> StartAsync(string eval, JsonElement run, object probes, int? budget = null) =>
        _host.Http.PostJsonAsync("/v1/insights", new { eval_id = eval, run_id = run.Text("id"), probes, budget });

    private async Task<JsonElement> ExplainAsync(string eval, JsonElement run, object probes, int? budget = null)
    {
        var ended = await EndedAsync((await StartAsync(eval, run, probes, budget)).Text("id"));
        Assert.True(ended.Text("status") == "completed", ended.ToString());
        return ended;
    }

    private async Task<JsonElement> EndedAsync(string insight)
    {
        JsonElement last = default;
        await Eventually.TrueAsync(
            async _ =>
            {
                last = await _host.Http.GetJsonAsync($"/v1/insights/{insight}");
                return last.Text("status") is not ("queued" or "in_progress");
            },
            $"insight {insight} ends",
            Deadline);
        return last;
    }

    private async Task<List<JsonElement>> RunsAsync(string eval) =>
        [.. (await _host.Http.GetJsonAsync($"/v1/evals/{eval}/runs")).GetProperty("data").EnumerateArray()];
}
