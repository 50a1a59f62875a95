using System.Net.Http.Json;
using System.Text.Json;

namespace LlmGateway.Evaluation.Tests.Judges;

/// <summary>Graders that are models.</summary>
public sealed class JudgeTests : IAsyncLifetime
{
    private static readonly object[] Ask = [new { role = "user", content = "Is {{ sample.output_text }} right?" }];
    private static readonly string[] Words = ["good", "fair", "bad"];
    private static readonly string[] Passing = ["good"];

    private JudgeHost _judge = null!;

    public async ValueTask InitializeAsync() => _judge = await JudgeHost.StartAsync();

    public ValueTask DisposeAsync() => _judge.DisposeAsync();

    [Fact]
    public async Task Of_three_votes_the_median_counts_and_none_is_answered_from_the_cache_with_another()
    {
        _judge.Says("""{"reason": "poor", "score": 0.2}""", """{"reason": "great", "score": 1}""", """{"reason": "fine", "score": 0.6}""");
        var result = await _judge.GradeOneAsync(Score(votes: 3), new { answer = "x" });
        Assert.Equal((0.6, true, "fine"), (result.GetProperty("score").GetDouble(), result.GetProperty("passed").GetBoolean(), result.Text("reason")));
        Assert.Equal(["0.2", "1", "0.6"], result.GetProperty("details").GetProperty("votes").EnumerateArray().Select(vote => vote.GetProperty("score").GetRawText()));
        Assert.Equal(["", "repetition-1", "repetition-2"], _judge.Services.CacheNamespaces);

        _judge.Says("""{"score": 0.2}""", """{"score": 1}""", """{"score": 0.6}""");
        Assert.Equal(0.6, (await _judge.GradeOneAsync(Score(votes: 3, aggregate: "mean"), new { answer = "x" })).GetProperty("score").GetDouble(), 1e-12);
    }

    [Fact]
    public async Task A_vote_that_cannot_be_read_is_left_out_and_most_of_them_are_an_error()
    {
        _judge.Says("""{"score": 0.2}""", "what?", "what?", """{"score": 0.4}""");
        var result = await _judge.GradeOneAsync(Score(votes: 3), new { answer = "x" });
        Assert.Equal(0.3, result.GetProperty("score").GetDouble(), 1e-12);
        Assert.StartsWith("The judge's answer cannot be read: what?", result.GetProperty("details").GetProperty("votes")[1].Text("error"), StringComparison.Ordinal);

        _judge.Says("""{"score": 0.2}""", "what?", "what?", "what?", "what?");
        var failed = await _judge.GradeOneAsync(Score(votes: 3), new { answer = "x" });
        Assert.Equal(JsonValueKind.Null, failed.GetProperty("score").ValueKind);
        Assert.StartsWith("Only 1 of 3 votes could be had.", failed.GetProperty("error").Text("message"), StringComparison.Ordinal);

        _judge.Says("""{"score": null, "reason": "no idea"}""", """{"score": 1}""", """{"score": null}""");
        var abstained = await _judge.GradeOneAsync(Score(votes: 3), new { answer = "x" });
        Assert.Equal((JsonValueKind.Null, JsonValueKind.Null, "no idea"), (abstained.GetProperty("score").ValueKind, abstained.GetProperty("error").ValueKind, abstained.Text("reason")));
    }

    [Fact]
    public async Task A_label_passes_or_fails_or_abstains_and_another_word_is_asked_again()
    {
        _judge.Says(
            """{"label": "Good", "reason": "is right"}""", """{"label": "bad"}""", """{"label": null}""",
            """{"label": "superb"}""", """```json {"label": "good"} ```""", """{"label": "superb"}""", """{"tag": "good"}""");
        var results = await _judge.GradeAsync(Label(), new { answer = "a" }, new { answer = "b" }, new { answer = "c" }, new { answer = "d" }, new { answer = "e" });
        Assert.Equal(["1", "0", "null", "1", "null"], results.Select(result => result.GetProperty("score").GetRawText()));
        Assert.Equal([false, false, false, false, true], results.Select(result => result.GetProperty("error").ValueKind == JsonValueKind.Object));
        Assert.Equal(("is right", "good"), (results[0].Text("reason"), results[0].GetProperty("details").GetProperty("votes")[0].Text("label")));
        Assert.Contains("""one of "good", "fair", "bad", or null""", _judge.Questions()[4], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Split_votes_on_a_label_are_an_abstention()
    {
        _judge.Says("""{"label": "good"}""", """{"label": "fair"}""", """{"label": "bad"}""");
        var result = await _judge.GradeOneAsync(Label(votes: 3), new { answer = "x" });
        Assert.Equal((JsonValueKind.Null, "No label has more than half of the votes."), (result.GetProperty("score").ValueKind, result.Text("reason")));
        _judge.Says("""{"label": "good"}""", """{"label": "bad"}""", """{"label": "good"}""");
        Assert.Equal(1, (await _judge.GradeOneAsync(Label(votes: 3), new { answer = "x" })).GetProperty("score").GetDouble());
    }

    [Fact]
    public async Task A_rubric_is_the_weighted_share_of_the_points_that_could_be_judged()
    {
        object grader = new
        {
            type = "rubric",
            name = "points",
            model = "judge",
            input = Ask,
            rubric = new object[]
            {
                new { name = "polite", description = "It is polite.", weight = 1 },
                new { name = "true", description = "It is true.", weight = 3 },
                new { name = "cited", description = "It cites its sources.", weight = 4 },
            },
        };
        _judge.Says(
            """{"points": [{"point": 1, "verdict": "pass"}]}""",
            """{"points": [{"point": 2, "verdict": "fail", "reason": "it is not"}, {"point": 1, "verdict": "pass"}, {"point": 3, "verdict": null}]}""");
        var result = await _judge.GradeOneAsync(grader, new { answer = "x" });
        Assert.Equal((0.25, false, "Failed: true"), (result.GetProperty("score").GetDouble(), result.GetProperty("passed").GetBoolean(), result.Text("reason")));
        Assert.Equal(["pass", "fail", null], result.GetProperty("details").GetProperty("points").EnumerateArray().Select(point => point.GetProperty("verdict").GetString()));

        _judge.Says("""{"points": [{"point": 1, "verdict": null}, {"point": 2, "verdict": null}, {"point": 3, "verdict": null}]}""");
        Assert.Equal("No point could be judged.", (await _judge.GradeOneAsync(grader, new { answer = "x" })).Text("reason"));
    }

    [Fact]
    public async Task People_s_judgements_are_shown_to_the_judge_from_a_version_of_a_dataset_read_once()
    {
        _judge.Services.Datasets["ds_1/ds_1-v2/people"] = """
            {"id": "i1", "input": "What is 1+1?", "reference": "1", "metadata": {"output": "2"}}
            {"id": "i2", "input": "What is 1+2?", "reference": "0.25", "metadata": {"output": "4"}}
            {"id": "i3", "input": "not shown", "reference": "0"}
            """;
        _judge.Says("""{"score": 1}""", """{"score": 1}""");
        await _judge.GradeAsync(
            Score(examples: new { dataset_id = "ds_1", version = "ds_1-v2", split = "people", k = 2 }), new { answer = "x" }, new { answer = "y" });
        var instruction = _judge.Services.Requests.Last().GetProperty("messages")[0].Text("content");
        Assert.EndsWith(
            "\nInput: What is 1+1?\nOutput: 2\nJudgement: {\"score\": 1}\n\nInput: What is 1+2?\nOutput: 4\nJudgement: {\"score\": 0.25}\n", instruction, StringComparison.Ordinal);
        Assert.Equal(1, _judge.Services.Visits["/v1/datasets/ds_1/versions/ds_1-v2/export"]);

        _judge.Says("""{"score": 1}""");
        var gone = await _judge.GradeOneAsync(Score(examples: new { dataset_id = "ds_2", version = "ds_2-v1" }), new { answer = "x" });
        Assert.Equal("The examples of the dataset 'ds_2' cannot be read: The data is gone.", gone.GetProperty("error").Text("message"));
    }

    [Fact]
    public async Task A_version_tells_judges_apart_by_what_they_ask_and_not_by_their_name()
    {
        _judge.Says([.. Enumerable.Repeat("""{"score": 1}""", 3)]);
        var first = await VersionAsync(Score(name: "one"));
        Assert.Equal(12, first.Length);
        Assert.Equal(first, await VersionAsync(Score(name: "two")));
        Assert.NotEqual(first, await VersionAsync(Score(examples: new[] { new { input = "a", output = "b", label = 1 } })));
    }

    public static TheoryData<object, string, string> Refused() => new()
    {
        { Score(votes: 2), "testing_criteria[0].votes", "odd" },
        { Score(votes: 11), "testing_criteria[0].votes", "from 1 to 9" },
        { Score(votes: 3, sampling: new { seed = 1 }), "testing_criteria[0].votes", "one vote" },
        { Score(aggregate: "best"), "testing_criteria[0].vote_aggregate", "median, mean" },
        { Score(examples: new[] { new { input = "a", label = 2 } }), "testing_criteria[0].examples[0].label", "a number from 0 to 1" },
        { Score(examples: new { dataset_id = "ds_1", version = "latest" }), "testing_criteria[0].examples.version", "name one version" },
        { Score(sampling: new { max_tokens = 1 }), "testing_criteria[0].sampling_params.max_tokens", "max_completions_tokens" },
        { Label(passing: ["great"]), "testing_criteria[0].passing_labels", "none of the labels" },
        { Label(labels: ["good", "good"]), "testing_criteria[0].labels", "twice" },
        { new { type = "pairwise", name = "x", model = "judge", reference = "{{ sample.none }}" }, "testing_criteria[0].reference", "character 4" },
        { new { type = "rubric", name = "x", model = "judge", input = Ask, rubric = new[] { new { name = "a", description = "b", weight = 0 } } }, "testing_criteria[0].rubric[0].weight", "above 0" },
        { new { type = "faithfulness", name = "x", model = "judge" }, "testing_criteria[0].contexts", "Missing" },
    };

    [Theory]
    [MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public async Task A_malformed_judge_is_refused_and_the_field_named(object grader, string param, string words)
    {
        var refusal = await _judge.Host.Http.PostAsJsonAsync("/v1/evals", new
        {
            data_source_config = new { type = "custom", item_schema = new { type = "object" }, include_sample_schema = true },
            testing_criteria = new[] { grader },
        }).RefusedAsync();
        Assert.Equal(param, refusal.Param);
        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
    }

    private async Task<string> VersionAsync(object grader) =>
        (await _judge.GradeOneAsync(grader, new { answer = "x" })).GetProperty("details").Text("version");

    private static Dictionary<string, object> Score(
        int? votes = null, string? aggregate = null, object? examples = null, object? sampling = null, string name = "score") =>
        Known(("type", "score_model"), ("name", name), ("model", "judge"), ("input", Ask), ("votes", votes), ("vote_aggregate", aggregate), ("examples", examples), ("sampling_params", sampling));

    private static Dictionary<string, object> Label(int? votes = null, string[]? labels = null, string[]? passing = null) =>
        Known(("type", "label_model"), ("name", "label"), ("model", "judge"), ("input", Ask), ("labels", labels ?? Words), ("passing_labels", passing ?? Passing), ("votes", votes));

    private static Dictionary<string, object> Known(params (string Name, object? Value)[] fields) =>
        fields.Where(field => field.Value is not null).ToDictionary(field => field.Name, field => field.Value!);
}
