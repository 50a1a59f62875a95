using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LlmGateway.TestKit;

namespace LlmGateway.Evaluation.Tests.Gates;

/// <summary>Runs held against rules.</summary>
public sealed class GateTests : IAsyncLifetime
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

    /// <summary>90 of 100: Wilson's interval is from .8256 to .9448; the lower end of a share of .9 reaches .85 at 196 items.</summary>
    [Fact]
    public async Task A_cutoff_is_passed_failed_or_left_open_with_the_items_that_are_missing()
    {
        var (eval, run, _) = await TwoRunsAsync(100, item => item < 90, _ => true);
        var gate = await GateAsync(eval, new
        {
            run_id = run,
            rules = new object[]
            {
                new { type = "cutoff", at_least = 0.8 },
                new { type = "cutoff", testing_criterion = "equal", at_least = 0.95 },
                new { type = "cutoff", testing_criterion = "equal", at_least = 0.85 },
                new { type = "cutoff", at_least = 0.9, by = "point" },
                new { type = "cutoff", at_least = 0.91, by = "point" },
            },
        });
        Assert.Equal(["pass", "fail", "inconclusive", "pass", "fail"], Verdicts(gate));
        Assert.Equal(96, Rule(gate, 2).GetProperty("items_missing").GetInt32());
        Assert.Equal(0.8256, Rule(gate, 0).GetProperty("measured").GetProperty("low").GetDouble(), 0.00005);
        Assert.Equal("fail", gate.Text("verdict"));
    }

    [Fact]
    public async Task A_run_is_no_worse_by_its_interval_and_not_because_nothing_was_shown()
    {
        var (eval, baseline, candidate) = await TwoRunsAsync(200, item => item < 160, item => item is < 158 or 199);
        var gate = await GateAsync(eval, new
        {
            run_id = candidate,
            baseline,
            rules = new[] { new { type = "non_inferiority", margin = 0.05 }, new { type = "non_inferiority", margin = 0.01 } },
        });
        Assert.Equal(["pass", "inconclusive"], Verdicts(gate));
        Assert.Equal(-0.005, Rule(gate, 0).GetProperty("measured").GetProperty("value").GetDouble(), 1e-12);
        Assert.True(Rule(gate, 1).GetProperty("items_missing").GetInt32() > 100);
        Assert.Equal(gate.GetProperty("items_missing").GetInt32(), Rule(gate, 1).GetProperty("items_missing").GetInt32());
    }

    [Fact]
    public async Task Items_that_must_pass_are_named_when_they_do_not()
    {
        var (eval, run, _) = await TwoRunsAsync(10, item => item != 3, _ => true);
        var gate = await GateAsync(eval, new
        {
            run_id = run,
            rules = new[]
            {
                new { type = "must_pass", where = new { field = "item.tags", equals = "even" } },
                new { type = "must_pass", where = new { field = "item.tags", equals = "odd" } },
            },
        });
        Assert.Equal(["pass", "fail"], Verdicts(gate));
        Assert.Equal([3], Rule(gate, 1).GetProperty("failed").EnumerateArray().Select(item => item.GetProperty("datasource_item_id").GetInt32()));

        var guardsNothing = await _host.Http.PostAsJsonAsync(
            $"/v1/evals/{eval}/gates", new { run_id = run, rules = new[] { new { type = "must_pass", where = new { field = "item.tags", equals = "none" } } } }).RefusedAsync();
        Assert.Equal((HttpStatusCode.BadRequest, "rules[0].where"), (guardsNothing.Status, guardsNothing.Param));
    }

    [Fact]
    public async Task Budgets_are_held_against_what_calls_took_and_unknown_is_no_pass()
    {
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Equal("yes") });
        _services.Model = request => OtherServices.LastMessage(request) == "Q: 3" ? (400, "no") : (200, "yes");
        var called = (await _host.RunAsync(eval, Criteria.Completions(Criteria.Inline([.. Enumerable.Range(0, 4).Select(item => new { question = $"{item}" })])))).Text("id");
        object[] rules =
        [
            new { type = "cost", at_most = 0.00025 },
            new { type = "cost", statistic = "total", at_most = 0.0007 },
            new { type = "latency", statistic = "p95", at_most = 60_000 },
            new { type = "errors", at_most = 0.25 },
            new { type = "errors", at_most = 0.2 },
        ];
        Assert.Equal(["pass", "fail", "pass", "pass", "fail"], Verdicts(await GateAsync(eval, new { run_id = called, rules })));

        var recorded = (await _host.RunAsync(eval, Criteria.Replay(Criteria.Inline(new { answer = "yes" })))).Text("id");
        var gate = await GateAsync(eval, new { run_id = recorded, rules = rules[..3] });
        Assert.Equal(["inconclusive", "inconclusive", "inconclusive"], Verdicts(gate));
        Assert.Equal(("inconclusive", 1), (gate.Text("verdict"), gate.GetProperty("items_missing").GetInt32()));
    }

    [Fact]
    public async Task A_judge_that_people_disagree_with_is_refused_and_one_never_tried_is_a_warning()
    {
        _services.Model = _ => (200, """{"score": 1}""");
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Judge() });
        object[] items = [.. Enumerable.Range(0, 20).Select(item => new { answer = "x", human = item % 2 == 0 })];
        var run = (await _host.RunAsync(eval, Criteria.Replay(Criteria.Inline(items)))).Text("id");
        var body = new { run_id = run, rules = new object[] { new { type = "errors", at_most = 0 }, new { type = "cutoff", testing_criterion = "judge", at_least = 0.5 } } };
        var gate = await GateAsync(eval, body);
        Assert.Equal("pass", gate.Text("verdict"));
        Assert.Contains("'judge'", Assert.Single(gate.GetProperty("warnings").EnumerateArray()).GetString(), StringComparison.Ordinal);

        var calibration = await _host.Http.PostJsonAsync(
            $"/v1/evals/{eval}/calibrations", new { run_id = run, testing_criterion = "judge", human = new { type = "field", value = "{{ item.human }}" } });
        var refused = await _host.Http.PostAsJsonAsync($"/v1/evals/{eval}/gates", body).RefusedAsync();
        Assert.Equal((HttpStatusCode.BadRequest, "rules[1].testing_criterion"), (refused.Status, refused.Param));
        Assert.Contains("'judge'", refused.Message, StringComparison.Ordinal);
        Assert.Contains(calibration.Text("id"), refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gates_are_kept_listed_shown_as_Markdown_and_deleted()
    {
        var (eval, first, second) = await TwoRunsAsync(30, _ => true, item => item < 10);
        var gate = await GateAsync(eval, new { runs = new[] { first, second }, rules = new[] { new { type = "cutoff", at_least = 0.8 } } });
        Assert.Equal(["pass", "fail"], gate.GetProperty("runs").EnumerateArray().Select(run => run.Text("verdict")));
        var path = $"/v1/evals/{eval}/gates/{gate.Text("id")}";
        Assert.Equal(gate.GetRawText(), (await _host.Http.GetJsonAsync(path)).GetRawText());
        Assert.Equal(gate.GetRawText(), Assert.Single((await _host.Http.GetJsonAsync($"/v1/evals/{eval}/gates")).GetProperty("data").EnumerateArray()).GetRawText());

        var report = await _host.Http.GetStringAsync($"{path}?format=markdown");
        Assert.Contains("# Gate: fail", report, StringComparison.Ordinal);
        Assert.Contains("| cutoff | – | pass rate at least 0.8, by the interval's lower end | 1.0000 [0.8865, 1.0000] | 30 | **pass** |", report, StringComparison.Ordinal);

        var stranger = await _host.For("proj_b").GetAsync(path).RefusedAsync();
        Assert.Equal(HttpStatusCode.NotFound, stranger.Status);
        using var deleted = await _host.Http.DeleteAsync(path);
        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _host.Http.GetAsync(path).RefusedAsync()).Status);
    }

    [Fact]
    public async Task What_cannot_be_judged_is_refused()
    {
        var (eval, first, second) = await TwoRunsAsync(3, _ => true, _ => true);
        (object Body, string Param, string Words)[] cases =
        [
            (new { run_id = first, rules = Array.Empty<object>() }, "rules", "0 elements"),
            (new { run_id = first, rules = new[] { new { type = "luck" } } }, "rules[0].type", "cutoff, non_inferiority"),
            (new { run_id = first, rules = new[] { new { type = "non_inferiority", margin = 0.1 } } }, "baseline", "baseline"),
            (new { run_id = first, rules = new[] { new { type = "cutoff", at_least = 80 } } }, "rules[0].at_least", "from 0 to 1"),
            (new { run_id = first, rules = new[] { new { type = "cutoff", at_least = 0.8, testing_criterion = "none" } } }, "rules[0].testing_criterion", "equal"),
            (new { run_id = first, runs = new[] { second }, rules = new[] { new { type = "errors", at_most = 0 } } }, "runs", "not both"),
            (new { run_id = first, baseline = first, rules = new[] { new { type = "errors", at_most = 0 } } }, "baseline", "its own"),
        ];
        foreach (var (body, param, words) in cases)
        {
            var refusal = await _host.Http.PostAsJsonAsync($"/v1/evals/{eval}/gates", body).RefusedAsync();
            Assert.Equal((HttpStatusCode.BadRequest, param), (refusal.Status, refusal.Param));
            Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
        }
    }

    private async Task<(string Eval, string First, string Second)> TwoRunsAsync(int items, Func<int, bool> first, Func<int, bool> second)
    {
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Equal() });
        object[] data =
        [
            .. Enumerable.Range(0, items).Select(item => new
            {
                answer = $"{item}",
                tags = new[] { item % 2 == 0 ? "even" : "odd" },
                one = first(item) ? $"{item}" : "no",
                two = second(item) ? $"{item}" : "no",
            }),
        ];
        return (
            eval,
            (await _host.RunAsync(eval, Criteria.Replay(Criteria.Inline(data), "one"))).Text("id"),
            (await _host.RunAsync(eval, Criteria.Replay(Criteria.Inline(data), "two"))).Text("id"));
    }

    private Task<JsonElement> GateAsync(string eval, object body) => _host.Http.PostJsonAsync($"/v1/evals/{eval}/gates", body);

    private static IEnumerable<string> Verdicts(JsonElement gate) =>
        gate.GetProperty("runs")[0].GetProperty("rules").EnumerateArray().Select(rule => rule.Text("verdict"));

    private static JsonElement Rule(JsonElement gate, int index) => gate.GetProperty("runs")[0].GetProperty("rules")[index];
}
