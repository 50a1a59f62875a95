using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LlmGateway.TestKit;

namespace LlmGateway.Evaluation.Tests.Calibrations;

/// <summary>Criteria measured against people.</summary>
public sealed class CalibrationTests : IAsyncLifetime
{
    private static readonly object FromField = new { type = "field", value = "{{ item.human }}" };

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

    /// <summary>The table of statpsych's ci.kappa, 58 and 31 judged alike, 4 passed too many and 12 too few; 20 more have no label.</summary>
    [Fact]
    public async Task A_judge_is_measured_against_people_and_its_pass_rate_corrected()
    {
        object?[] people = [.. Enumerable.Repeat("pass", 70), .. Enumerable.Repeat("fail", 35), .. Enumerable.Repeat((string?)null, 20)];
        var judged = (int index) => index < 58 || (index >= 70 && index < 74) || index >= 115 ? "yes" : "no";
        var items = people.Select((human, index) => (object)new { human, answer = judged(index) }).ToArray();
        var (eval, run) = await RunAsync(items);
        var made = await _host.Http.PostJsonAsync($"/v1/evals/{eval}/calibrations", new { run_id = run, testing_criterion = "equal", human = FromField });

        Assert.Equal((105, 20), (made.GetProperty("n").GetInt32(), made.GetProperty("left_out").GetProperty("unlabelled").GetInt32()));
        Assert.Equal("""{"true_positive":58,"false_positive":4,"false_negative":12,"true_negative":31}""", made.GetProperty("confusion").GetRawText());
        AssertFigure(made.GetProperty("kappa"), 0.6757, 0.5317, 0.8196);
        AssertFigure(made.GetProperty("accuracy"), 0.8476, 0.7667, 0.9040);
        AssertFigure(made.GetProperty("true_positive_rate"), 0.8286, 0.7238, 0.8991);
        AssertFigure(made.GetProperty("true_negative_rate"), 0.8857, 0.7405, 0.9546);
        var rate = made.GetProperty("pass_rate");
        Assert.Equal(125, rate.GetProperty("judged").GetInt32());
        AssertFigure(rate.GetProperty("raw"), 0.5760, 0.4884, 0.6591);
        AssertFigure(rate.GetProperty("corrected"), 0.6464, 0.4816, 0.8031);
        Assert.True(made.GetProperty("usable_as_gate").GetBoolean());
        Assert.Equal(JsonValueKind.Null, made.GetProperty("position_bias").ValueKind);

        Assert.Equal(made.GetRawText(), (await _host.Http.GetJsonAsync($"/v1/evals/{eval}/calibrations/{made.Text("id")}")).GetRawText());
        var strict = await _host.Http.PostJsonAsync($"/v1/evals/{eval}/calibrations", new { run_id = run, testing_criterion = "equal", human = FromField, floor = 0.7 });
        Assert.False(strict.GetProperty("usable_as_gate").GetBoolean());
        var listed = await _host.Http.GetJsonAsync($"/v1/evals/{eval}/calibrations?testing_criterion=equal&limit=1");
        Assert.Equal(strict.GetRawText(), Assert.Single(listed.GetProperty("data").EnumerateArray()).GetRawText());
        Assert.True(listed.GetProperty("has_more").GetBoolean());
    }

    [Fact]
    public async Task Another_criterion_may_read_what_people_said_and_abstentions_stay_out()
    {
        _services.Model = request => (200, request.GetProperty("messages")[1].Text("content") switch
        {
            "Is a right?" => """{"score": 1}""",
            "Is b right?" => """{"score": null}""",
            "Is c right?" => "nonsense",
            _ => """{"score": 0}""",
        });
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Judge(), Criteria.Equal("{{ item.good }}", "person") });
        object[] items = [new { output = "a", good = "a" }, new { output = "b", good = "b" }, new { output = "c", good = "c" }, new { output = "d", good = "e" }];
        var run = (await _host.RunAsync(eval, Criteria.Replay(Criteria.Inline(items), "output"))).Text("id");
        var made = await _host.Http.PostJsonAsync(
            $"/v1/evals/{eval}/calibrations", new { run_id = run, testing_criterion = "judge", human = new { type = "criterion", name = "person" } });
        Assert.Equal("""{"unlabelled":0,"errored":1,"abstained":1}""", made.GetProperty("left_out").GetRawText());
        Assert.Equal((2, 1.0), (made.GetProperty("n").GetInt32(), made.GetProperty("kappa").GetProperty("value").GetDouble()));
    }

    [Fact]
    public async Task Reviewers_answers_in_an_annotation_queue_are_joined_by_the_output_or_its_call()
    {
        _services.Model = request => (200, request.Text("model") == "judge" ? """{"score": 1}""" : "an answer");
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Judge() });
        var run = (await _host.RunAsync(eval, Criteria.Completions(Criteria.Inline(new { question = "one" }, new { question = "two" })))).Text("id");
        var outputs = await _host.ItemsAsync(eval, run);
        var call = outputs[0].GetProperty("sample").Text("inference_id");
        _services.AnnotationResults["queue_1"] = Page("r1", more: true, new { source = new { type = "output_item", id = outputs[1].Text("id") }, inference_id = (string?)null, label = "Bad" });
        _services.AnnotationResults["queue_1/r1"] = Page(
            "r3",
            more: false,
            new { source = new { type = "inline", id = "mine" }, inference_id = call, label = "good" },
            new { source = new { type = "inline", id = "open" }, inference_id = (string?)null, label = (string?)null });
        var human = new { type = "annotation_queue", id = "queue_1", passing_labels = new[] { "good" } };
        var made = await _host.Http.PostJsonAsync($"/v1/evals/{eval}/calibrations", new { run_id = run, testing_criterion = "judge", human });
        Assert.Equal("""{"true_positive":1,"false_positive":1,"false_negative":0,"true_negative":0}""", made.GetProperty("confusion").GetRawText());

        var refusal = await _host.Http.PostAsJsonAsync(
            $"/v1/evals/{eval}/calibrations", new { run_id = run, testing_criterion = "judge", human = human with { id = "queue_2" } }).RefusedAsync();
        Assert.Equal((HttpStatusCode.NotFound, "human.id"), (refusal.Status, refusal.Param));
    }

    [Fact]
    public async Task A_judge_that_passes_what_is_long_is_found_out()
    {
        object[] items = [.. Enumerable.Range(0, 40).Select(index => new { human = index % 2, good = new string('x', index), answer = index < 20 ? "other" : new string('x', index) })];
        var (eval, run) = await RunAsync(items, "{{ item.answer }}", "good");
        var made = await _host.Http.PostJsonAsync($"/v1/evals/{eval}/calibrations", new { run_id = run, testing_criterion = "equal", human = FromField });
        Assert.InRange(made.GetProperty("length_bias").GetProperty("low").GetDouble(), 0.3, 1);
        Assert.Equal(0, made.GetProperty("kappa").GetProperty("value").GetDouble(), 1e-12);
        Assert.False(made.GetProperty("usable_as_gate").GetBoolean());
        Assert.Equal(JsonValueKind.Null, made.GetProperty("pass_rate").GetProperty("corrected").GetProperty("value").ValueKind);
    }

    [Fact]
    public async Task What_cannot_be_calibrated_is_refused()
    {
        var (eval, run) = await RunAsync([new { human = (object)0.7, answer = "yes" }, new { human = (object)0.2, answer = "no" }]);
        var criteria = new { run_id = run, testing_criterion = "equal", human = FromField };
        (object Body, HttpStatusCode Status, string Param, string Words)[] cases =
        [
            (criteria, HttpStatusCode.BadRequest, "human.value", "Item 0: '0.7' is no label"),
            (criteria with { testing_criterion = "none" }, HttpStatusCode.BadRequest, "testing_criterion", "but equal"),
            (criteria with { run_id = "evalrun_none" }, HttpStatusCode.NotFound, "run_id", "no run"),
            (criteria with { human = new { type = "field", value = "{{ sample.output_text }}" } }, HttpStatusCode.BadRequest, "human.value", "character 4"),
            (criteria with { human = new { type = "field", value = "{{ item.none }}" } }, HttpStatusCode.BadRequest, "human", "2 have no label"),
            (new { run_id = run, testing_criterion = "equal", human = new { type = "criterion", name = "equal" } }, HttpStatusCode.BadRequest, "human.name", "against itself"),
            (new { run_id = run, testing_criterion = "equal", human = FromField, floor = 2 }, HttpStatusCode.BadRequest, "floor", "from -1 to 1"),
        ];
        foreach (var (body, status, param, words) in cases)
        {
            var refusal = await _host.Http.PostAsJsonAsync($"/v1/evals/{eval}/calibrations", body).RefusedAsync();
            Assert.Equal((status, param), (refusal.Status, refusal.Param));
            Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
        }

        var numbers = await _host.Http.PostJsonAsync($"/v1/evals/{eval}/calibrations", new
        {
            run_id = run,
            testing_criterion = "equal",
            human = new { type = "field", value = "{{ item.human }}", pass_threshold = 0.5 },
        });
        Assert.Equal(1, numbers.GetProperty("kappa").GetProperty("value").GetDouble());
        var elsewhere = await _host.For("proj_b").GetAsync($"/v1/evals/{eval}/calibrations/{numbers.Text("id")}");
        Assert.Equal(HttpStatusCode.NotFound, elsewhere.StatusCode);
    }

    private static string Page(string last, bool more, params object[] data) => JsonSerializer.Serialize(new { data, last_id = last, has_more = more });

    private async Task<(string Eval, string Run)> RunAsync(object[] items, string reference = "yes", string field = "answer")
    {
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Equal(reference) });
        return (eval, (await _host.RunAsync(eval, Criteria.Replay(Criteria.Inline(items), field))).Text("id"));
    }

    private static void AssertFigure(JsonElement figure, double value, double low, double high)
    {
        Assert.Equal(value, figure.GetProperty("value").GetDouble(), 0.00005);
        Assert.Equal(low, figure.GetProperty("low").GetDouble(), 0.00005);
        Assert.Equal(high, figure.GetProperty("high").GetDouble(), 0.00005);
    }
}
