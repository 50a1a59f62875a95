using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LlmGateway.TestKit;

namespace LlmGateway.Evaluation.Tests.Comparisons;

/// <summary>Runs compared item by item.</summary>
public sealed class ComparisonTests : IAsyncLifetime
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
    public async Task Too_few_items_show_no_difference_and_the_verdict_says_how_many_would()
    {
        var (eval, first, second) = await TwoRunsAsync(20, item => item < 10, item => item < 13);
        var result = await CompareAsync(eval, first, second);
        Assert.Equal(("binary", 20, "no_difference_shown"), (result.Text("kind"), result.GetProperty("pairs").GetInt32(), result.Text("verdict")));
        Assert.Equal(0.15, result.GetProperty("difference").GetProperty("value").GetDouble(), 1e-12);
        Assert.Equal(0.25, result.GetProperty("p").GetDouble(), 1e-12);
        Assert.True(result.GetProperty("items_needed").GetInt32() > 20);
        Assert.Equal([10, 11, 12], result.GetProperty("improvements").GetProperty("items").EnumerateArray().Select(item => item.GetProperty("datasource_item_id").GetInt32()));
        Assert.Equal(0, result.GetProperty("regressions").GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task Equal_runs_have_nothing_to_show_and_need_no_items()
    {
        var (eval, first, second) = await TwoRunsAsync(10, item => item < 5, item => item < 5);
        var result = await CompareAsync(eval, first, second);
        Assert.Equal(("no_difference_shown", 1.0), (result.Text("verdict"), result.GetProperty("p").GetDouble()));
        Assert.Equal(JsonValueKind.Null, result.GetProperty("items_needed").ValueKind);
    }

    [Fact]
    public async Task Numeric_scores_are_compared_by_their_means_and_kept_with_their_seed()
    {
        var eval = await _host.CreateEvalAsync(new object[] { new { type = "text_similarity", name = "likeness", input = "{{ sample.output_text }}", reference = "{{ item.answer }}", evaluation_metric = "fuzzy_match", pass_threshold = 0.5 } });
        var items = Enumerable.Range(0, 40).Select(item => (object)new { answer = $"the answer is {item}", near = $"the answer was {item}", far = $"{item} perhaps" }).ToArray();
        var far = (await _host.RunAsync(eval, Criteria.Replay(Criteria.Inline(items), "far"))).Text("id");
        var near = (await _host.RunAsync(eval, Criteria.Replay(Criteria.Inline(items), "near"))).Text("id");
        var made = await _host.Http.PostJsonAsync($"/v1/evals/{eval}/comparisons", new { baseline = far, candidates = new[] { near }, seed = 7 });
        var result = made.GetProperty("candidates")[0].GetProperty("results")[0];
        Assert.Equal(("numeric", "sign_flip", "better"), (result.Text("kind"), result.Text("method"), result.Text("verdict")));
        var difference = result.GetProperty("difference");
        Assert.InRange(difference.GetProperty("value").GetDouble(), difference.GetProperty("low").GetDouble(), difference.GetProperty("high").GetDouble());
        Assert.True(difference.GetProperty("low").GetDouble() > 0);

        Assert.Equal(made.GetRawText(), (await _host.Http.GetJsonAsync($"/v1/evals/{eval}/comparisons/{made.Text("id")}")).GetRawText());
        var again = await _host.Http.PostJsonAsync($"/v1/evals/{eval}/comparisons", new { baseline = far, candidates = new[] { near }, seed = 7 });
        Assert.Equal(difference.GetRawText(), again.GetProperty("candidates")[0].GetProperty("results")[0].GetProperty("difference").GetRawText());
    }

    [Fact]
    public async Task Errors_and_abstentions_leave_the_pairs_and_are_no_zeros()
    {
        _services.Model = request => (200, request.GetProperty("messages")[1].Text("content") switch
        {
            "Is a right?" => """{"score": null}""",
            "Is b right?" => "nonsense",
            _ => """{"score": 1}""",
        });
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Judge() });
        object[] items = [new { one = "a", two = "c" }, new { one = "b", two = "c" }, new { one = "c", two = "c" }];
        var first = (await _host.RunAsync(eval, Criteria.Replay(Criteria.Inline(items), "one"))).Text("id");
        var second = (await _host.RunAsync(eval, Criteria.Replay(Criteria.Inline(items), "two"))).Text("id");
        var result = await CompareAsync(eval, first, second);
        Assert.Equal(1, result.GetProperty("pairs").GetInt32());
        Assert.Equal("""{"baseline_only":0,"candidate_only":0,"errored":1,"abstained":1}""", result.GetProperty("left_out").GetRawText());
        Assert.Equal(1, result.GetProperty("baseline").GetProperty("value").GetDouble());
    }

    [Fact]
    public async Task Several_questions_are_adjusted_together_and_the_report_says_it_in_a_table()
    {
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Equal("{{ item.answer }}", "exact|match"), Criteria.Equal("{{ item.other }}", "other") });
        object[] items = [.. Enumerable.Range(0, 12).Select(item => new { answer = $"{item}", other = "x", bad = "b", good = $"{item}" })];
        var bad = (await _host.RunAsync(eval, Criteria.Replay(Criteria.Inline(items), "bad"), "old | one")).Text("id");
        var good = (await _host.RunAsync(eval, Criteria.Replay(Criteria.Inline(items), "good"), "new")).Text("id");
        var made = await _host.Http.PostJsonAsync($"/v1/evals/{eval}/comparisons", new { baseline = bad, candidates = new[] { good } });
        var result = made.GetProperty("candidates")[0].GetProperty("results")[0];
        Assert.Equal(2 * result.GetProperty("p").GetDouble(), result.GetProperty("adjusted_p").GetDouble(), 1e-12);
        Assert.Equal("better", result.Text("verdict"));

        using var report = await _host.Http.GetAsync($"/v1/evals/{eval}/comparisons/{made.Text("id")}?format=markdown");
        Assert.Equal("text/markdown", report.Content.Headers.ContentType!.MediaType);
        var text = await report.Content.ReadAsStringAsync();
        Assert.Contains("# 1 run compared with old \\| one", text, StringComparison.Ordinal);
        Assert.Contains("| new | exact\\|match | 12 | 0.0000 [0.0000, 0.2425] | 1.0000 [0.7575, 1.0000] | +1.0000 [", text, StringComparison.Ordinal);
        Assert.Contains("**better**", text, StringComparison.Ordinal);
        Assert.Contains("12 improved (items 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, …); none regressed", text, StringComparison.Ordinal);
    }

    /// <summary>Ten conversations of ten turns; the candidate is right in three more of them, all turns alike: three against none, p = 1/4.</summary>
    [Fact]
    public async Task Turns_of_a_conversation_count_as_one_and_the_method_says_so()
    {
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Equal() });
        object[] items = [.. Enumerable.Range(0, 100).Select(turn => new { answer = $"{turn}", conversation = turn / 10, one = turn < 50 ? $"{turn}" : "no", two = turn < 80 ? $"{turn}" : "no" })];
        var first = (await _host.RunAsync(eval, Criteria.Replay(Criteria.Inline(items), "one"))).Text("id");
        var second = (await _host.RunAsync(eval, Criteria.Replay(Criteria.Inline(items), "two"))).Text("id");
        Assert.Equal("better", (await CompareAsync(eval, first, second)).Text("verdict"));

        var made = await _host.Http.PostJsonAsync(
            $"/v1/evals/{eval}/comparisons", new { baseline = first, candidates = new[] { second }, cluster = "item.conversation" });
        Assert.Equal("item.conversation", made.Text("cluster"));
        var result = made.GetProperty("candidates")[0].GetProperty("results")[0];
        Assert.Equal(
            ("binary", "cluster_sign_flip", "cluster_bootstrap", 10, "no_difference_shown"),
            (result.Text("kind"), result.Text("method"), result.Text("interval_method"), result.GetProperty("clusters").GetInt32(), result.Text("verdict")));
        Assert.Equal(0.3, result.GetProperty("difference").GetProperty("value").GetDouble(), 1e-12);
        Assert.Equal(0.25, result.GetProperty("p").GetDouble(), 0.02);

        var refused = await _host.Http.PostAsJsonAsync(
            $"/v1/evals/{eval}/comparisons", new { baseline = first, candidates = new[] { second }, cluster = "item.user" }).RefusedAsync();
        Assert.Equal((HttpStatusCode.BadRequest, "cluster"), (refused.Status, refused.Param));
    }

    [Fact]
    public async Task Episodes_are_found_without_being_named_and_left_alone_where_that_is_asked()
    {
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Equal() });
        object[] items = [.. Enumerable.Range(0, 8).Select(turn => new { answer = $"{turn}", metadata = new { episode_id = $"e{turn / 2}" }, one = "no" })];
        var first = (await _host.RunAsync(eval, Criteria.Replay(Criteria.Inline(items), "one"))).Text("id");
        var second = (await _host.RunAsync(eval, Criteria.Replay(Criteria.Inline(items)))).Text("id");
        var found = await CompareAsync(eval, first, second);
        Assert.Equal(("cluster_sign_flip", 4), (found.Text("method"), found.GetProperty("clusters").GetInt32()));
        var alone = await _host.Http.PostJsonAsync($"/v1/evals/{eval}/comparisons", new { baseline = first, candidates = new[] { second }, cluster = "none" });
        Assert.Equal("mcnemar_exact", alone.GetProperty("candidates")[0].GetProperty("results")[0].Text("method"));
    }

    [Fact]
    public async Task Mid_p_is_used_where_it_is_chosen()
    {
        // Six against none: exactly 2/64, and half of that by mid-p.
        var (eval, first, second) = await TwoRunsAsync(20, item => item < 10, item => item < 16);
        var made = await _host.Http.PostJsonAsync($"/v1/evals/{eval}/comparisons", new { baseline = first, candidates = new[] { second }, mcnemar = "mid_p" });
        var result = made.GetProperty("candidates")[0].GetProperty("results")[0];
        Assert.Equal("mcnemar_mid_p", result.Text("method"));
        Assert.Equal(1.0 / 64, result.GetProperty("p").GetDouble(), 1e-12);
        Assert.Equal(2.0 / 64, (await CompareAsync(eval, first, second)).GetProperty("p").GetDouble(), 1e-12);
    }

    [Fact]
    public async Task Repetitions_of_an_item_are_one_observation_and_passes_become_shares()
    {
        var asked = 0;
        _services.Model = request => (200, request.Text("model") == "test/steady" || Interlocked.Increment(ref asked) % 2 == 0 ? "yes" : "no");
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Equal("yes") });
        object Repeated(string model) => new
        {
            type = "completions",
            model,
            repetitions = 2,
            source = Criteria.Inline([.. Enumerable.Range(0, 6).Select(item => new { question = $"{item}" })]),
            input_messages = new { type = "template", template = new[] { new { role = "user", content = "{{ item.question }}" } } },
        };
        var first = (await _host.RunAsync(eval, Repeated("test/fickle"))).Text("id");
        var second = (await _host.RunAsync(eval, Repeated("test/steady"))).Text("id");
        var result = await CompareAsync(eval, first, second);
        Assert.Equal(("numeric", "sign_flip", 6), (result.Text("kind"), result.Text("method"), result.GetProperty("pairs").GetInt32()));
        Assert.Equal(0.5, result.GetProperty("difference").GetProperty("value").GetDouble(), 1e-12);
        Assert.Equal(1, result.GetProperty("candidate").GetProperty("value").GetDouble());
    }

    /// <summary>Six of a common class right, and of two of a rare one both or none: F1 of 6/7 (12 of 14) and 0 make a mean of .4286.</summary>
    [Fact]
    public async Task Classifiers_are_compared_by_macro_averaged_F1_too()
    {
        var eval = await _host.CreateEvalAsync(new[] { new { type = "classification", name = "intent", reference = "{{ item.answer }}", labels = new[] { "refund", "card" } } });
        object[] items = [.. Enumerable.Range(0, 8).Select(item => new { answer = item < 6 ? "refund" : "card", number = item, always = "refund" })];
        var first = (await _host.RunAsync(eval, Criteria.Replay(Criteria.Inline(items), "always"))).Text("id");
        var second = (await _host.RunAsync(eval, Criteria.Replay(Criteria.Inline(items)))).Text("id");
        var result = await CompareAsync(eval, first, second);
        Assert.Equal("mcnemar_exact", result.Text("method"));
        var classes = result.GetProperty("macro_f1");
        Assert.Equal(3.0 / 7, classes.GetProperty("baseline").GetDouble(), 1e-12);
        Assert.Equal(1, classes.GetProperty("candidate").GetDouble());
        Assert.InRange(classes.GetProperty("difference").GetProperty("value").GetDouble(), classes.GetProperty("difference").GetProperty("low").GetDouble(), classes.GetProperty("difference").GetProperty("high").GetDouble());
    }

    [Fact]
    public async Task Latency_and_cost_are_compared_by_the_items_that_both_know()
    {
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Equal("yes") });
        var source = Criteria.Inline([.. Enumerable.Range(0, 5).Select(item => new { question = $"{item}", answer = "yes" })]);
        var first = (await _host.RunAsync(eval, Criteria.Completions(source))).Text("id");
        var second = (await _host.RunAsync(eval, Criteria.Completions(source))).Text("id");
        var made = await _host.Http.PostJsonAsync($"/v1/evals/{eval}/comparisons", new { baseline = first, candidates = new[] { second } });
        var (latency, cost) = (made.GetProperty("candidates")[0].GetProperty("latency_ms"), made.GetProperty("candidates")[0].GetProperty("cost_usd"));
        Assert.Equal((5, 0.00025), (cost.GetProperty("pairs").GetInt32(), Math.Round(cost.GetProperty("candidate").GetDouble(), 12)));
        Assert.Equal(0, cost.GetProperty("difference").GetProperty("high").GetDouble(), 1e-12);
        var change = latency.GetProperty("difference");
        Assert.InRange(change.GetProperty("value").GetDouble(), change.GetProperty("low").GetDouble(), change.GetProperty("high").GetDouble());

        var recorded = (await _host.RunAsync(eval, Criteria.Replay(source))).Text("id");
        var unknown = await _host.Http.PostJsonAsync($"/v1/evals/{eval}/comparisons", new { baseline = first, candidates = new[] { recorded } });
        Assert.Equal(JsonValueKind.Null, unknown.GetProperty("candidates")[0].GetProperty("latency_ms").ValueKind);
    }

    [Fact]
    public async Task Comparisons_are_listed_newest_first_and_deleted()
    {
        var (eval, first, second) = await TwoRunsAsync(3, _ => true, _ => true);
        var ids = new List<string>();
        for (var comparison = 0; comparison < 3; comparison++)
        {
            ids.Add((await _host.Http.PostJsonAsync($"/v1/evals/{eval}/comparisons", new { baseline = first, candidates = new[] { second } })).Text("id"));
        }

        var page = await _host.Http.GetJsonAsync($"/v1/evals/{eval}/comparisons?limit=2");
        Assert.Equal([ids[2], ids[1]], page.GetProperty("data").EnumerateArray().Select(comparison => comparison.Text("id")));
        Assert.Equal(ids[0], Assert.Single((await _host.Http.GetJsonAsync($"/v1/evals/{eval}/comparisons?after={ids[1]}")).GetProperty("data").EnumerateArray()).Text("id"));
        using var deleted = await _host.Http.DeleteAsync($"/v1/evals/{eval}/comparisons/{ids[1]}");
        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
        Assert.Equal(2, (await _host.Http.GetJsonAsync($"/v1/evals/{eval}/comparisons")).GetProperty("data").GetArrayLength());
        Assert.Equal(HttpStatusCode.NotFound, (await _host.For("proj_b").GetAsync($"/v1/evals/{eval}/comparisons").RefusedAsync()).Status);
    }

    [Fact]
    public async Task What_cannot_be_compared_is_refused()
    {
        var (eval, first, second) = await TwoRunsAsync(3, _ => true, _ => true);
        var apart = (await _host.RunAsync(eval, Criteria.Replay(Criteria.Inline(new { answer = "elsewhere", x = "x" }), "x"))).Text("id");
        (object Body, HttpStatusCode Status, string Param, string Words)[] cases =
        [
            (new { baseline = first, candidates = new[] { apart } }, HttpStatusCode.BadRequest, "candidates[0]", "no item in common"),
            (new { baseline = first, candidates = new[] { second, first } }, HttpStatusCode.BadRequest, "candidates[1]", "twice"),
            (new { baseline = first, candidates = Array.Empty<string>() }, HttpStatusCode.BadRequest, "candidates", "0 elements"),
            (new { baseline = first, candidates = new[] { "evalrun_none" } }, HttpStatusCode.NotFound, "run_id", "no run"),
            (new { baseline = first, candidates = new[] { second }, testing_criteria = new[] { "none" } }, HttpStatusCode.BadRequest, "testing_criteria[0]", "equal"),
        ];
        foreach (var (body, status, param, words) in cases)
        {
            var refusal = await _host.Http.PostAsJsonAsync($"/v1/evals/{eval}/comparisons", body).RefusedAsync();
            Assert.Equal((status, param), (refusal.Status, refusal.Param));
            Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
        }
    }

    private async Task<(string Eval, string First, string Second)> TwoRunsAsync(int items, Func<int, bool> first, Func<int, bool> second)
    {
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Equal() });
        object[] data = [.. Enumerable.Range(0, items).Select(item => new { answer = $"{item}", one = first(item) ? $"{item}" : "no", two = second(item) ? $"{item}" : "no" })];
        return (
            eval,
            (await _host.RunAsync(eval, Criteria.Replay(Criteria.Inline(data), "one"))).Text("id"),
            (await _host.RunAsync(eval, Criteria.Replay(Criteria.Inline(data), "two"))).Text("id"));
    }

    private async Task<JsonElement> CompareAsync(string eval, string baseline, string candidate) =>
        (await _host.Http.PostJsonAsync($"/v1/evals/{eval}/comparisons", new { baseline, candidates = new[] { candidate } }))
        .GetProperty("candidates")[0].GetProperty("results")[0];
}
