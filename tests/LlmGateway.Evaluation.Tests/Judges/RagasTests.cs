using System.Text.Json;

namespace LlmGateway.Evaluation.Tests.Judges;

/// <summary>RAGAS's metrics with scripted verdicts, on the examples of its documentation and ones worked by hand.</summary>
public sealed class RagasTests : IAsyncLifetime
{
    private const string Einstein = "Einstein was born in Germany. Einstein was born on 20th March 1879.";

    private JudgeHost _judge = null!;

    public async ValueTask InitializeAsync() => _judge = await JudgeHost.StartAsync();

    public ValueTask DisposeAsync() => _judge.DisposeAsync();

    /// <summary>docs.ragas.io, faithfulness: one of two claims is supported.</summary>
    [Fact]
    public async Task Faithfulness_is_the_share_of_claims_that_follow_from_the_contexts()
    {
        var grader = Metric("faithfulness", "{{ item.contexts }}");
        _judge.Says(Claims("Einstein was born in Germany.", "Einstein was born on 20th March 1879."), Verdicts(true, false));
        var result = await _judge.GradeOneAsync(grader, new { answer = Einstein, contexts = new object[] { "Albert Einstein (born 14 March 1879) was German-born.", new { text = "He played the violin." } } });
        Assert.Equal((0.5, true), (result.GetProperty("score").GetDouble(), result.GetProperty("passed").GetBoolean()));
        Assert.Equal(
            [("Einstein was born in Germany.", true), ("Einstein was born on 20th March 1879.", false)],
            result.GetProperty("details").GetProperty("claims").EnumerateArray().Select(claim => (claim.Text("claim"), claim.GetProperty("supported").GetBoolean())));
        Assert.Contains("Text:\nAlbert Einstein (born 14 March 1879) was German-born.\n\nHe played the violin.\n\nClaims:\n1. Einstein was born in Germany.\n2. ", _judge.Questions()[1], StringComparison.Ordinal);

        _judge.Says(Claims("Einstein was born in Germany."));
        Assert.Equal(0, (await _judge.GradeOneAsync(grader, new { answer = Einstein, contexts = Array.Empty<string>() })).GetProperty("score").GetDouble());

        _judge.Says(Claims());
        var nothing = await _judge.GradeOneAsync(grader, new { answer = "Hm.", contexts = new[] { "a" } });
        Assert.Equal((JsonValueKind.Null, JsonValueKind.Null), (nothing.GetProperty("score").ValueKind, nothing.GetProperty("error").ValueKind));

        _judge.Says(Claims("a", "b"), Verdicts(true), Verdicts(true));
        var broken = await _judge.GradeOneAsync(grader, new { answer = Einstein, contexts = new[] { "a" } });
        Assert.Equal((JsonValueKind.Null, JsonValueKind.Object), (broken.GetProperty("score").ValueKind, broken.GetProperty("error").ValueKind));
    }

    /// <summary>docs.ragas.io, context precision: useful first 0.9999…, useful last 0.4999…; and by hand (1/1 + 2/3) / 2.</summary>
    [Theory]
    [InlineData("yn", 1)]
    [InlineData("ny", 0.5)]
    [InlineData("yny", 5.0 / 6)]
    [InlineData("nn", 0)]
    public async Task Context_precision_rewards_useful_contexts_that_stand_first(string useful, double expected)
    {
        _judge.Says([.. useful.Select(verdict => $$"""{"useful": {{(verdict == 'y' ? "true" : "false")}}}""")]);
        var result = await _judge.GradeOneAsync(
            Metric("context_precision", "{{ item.contexts }}", question: "{{ item.question }}", reference: "Paris"),
            new { question = "Where is the tower?", answer = "x", contexts = useful.Select((_, index) => $"c{index}") });
        Assert.Equal(expected, result.GetProperty("score").GetDouble(), 1e-12);
        Assert.Equal((double)useful.Count(verdict => verdict == 'y') / useful.Length, result.GetProperty("details").GetProperty("useful_share").GetDouble(), 1e-12);
    }

    [Fact]
    public async Task Context_recall_is_what_retrieval_found_of_the_reference()
    {
        var grader = Metric("context_recall", "{{ item.contexts }}", reference: "France is in Europe. Its capital is Paris.");
        _judge.Says(Claims("France is in Europe.", "France's capital is Paris."), Verdicts(true, false));
        Assert.Equal(0.5, (await _judge.GradeOneAsync(grader, new { answer = "x", contexts = new[] { "France, in Western Europe." } })).GetProperty("score").GetDouble());
        _judge.Says(Claims("France is in Europe."));
        Assert.Equal(0, (await _judge.GradeOneAsync(grader, new { answer = "x", contexts = Array.Empty<string>() })).GetProperty("score").GetDouble());
    }

    /// <summary>(0.8 + 0.6 − 1) / 3 by hand; the third question points away from the one that was asked.</summary>
    [Fact]
    public async Task Answer_relevancy_is_the_mean_cosine_of_questions_made_back_from_the_answer()
    {
        _judge.Services.Embedding = text => text switch
        {
            "asked" => [1, 0],
            "near" => [0.8f, 0.6f],
            "far" => [0.6f, 0.8f],
            _ => [-1, 0],
        };
        var grader = Metric("answer_relevancy", null, question: "asked");
        _judge.Says(Question("near", "true"), Question("far"), Question("opposite"));
        var result = await _judge.GradeOneAsync(grader, new { answer = "x" });
        Assert.Equal(0.4 / 3, result.GetProperty("score").GetDouble(), 1e-6);
        Assert.Equal(["near", "far", "opposite"], result.GetProperty("details").GetProperty("questions").EnumerateArray().Select(back => back.Text("question")));

        _judge.Says(Question("opposite"), Question("opposite"), Question("opposite"));
        Assert.Equal(-1, (await _judge.GradeOneAsync(grader, new { answer = "x" })).GetProperty("score").GetDouble(), 1e-6);

        _judge.Says(Question("near", "true"), Question("near", "true"), Question("near", "true"));
        Assert.Equal(0, (await _judge.GradeOneAsync(grader, new { answer = "I don't know" })).GetProperty("score").GetDouble());

        _judge.Says();
        Assert.Equal("The answer is empty.", (await _judge.GradeOneAsync(grader, new { answer = "" })).Text("reason"));
    }

    /// <summary>Three claims against a reference of three: two right, one wrong, one missing: 2/3, 2/3, and 4/6.</summary>
    [Theory]
    [InlineData("precision", 2.0 / 3)]
    [InlineData("recall", 2.0 / 3)]
    [InlineData(null, 4.0 / 6)]
    public async Task Factual_correctness_counts_right_wrong_and_missing_claims(string? mode, double expected)
    {
        _judge.Says(Claims("a", "b", "c"), Verdicts(true, true, false), Claims("a", "b", "d"), Verdicts(true, true, false));
        var result = await _judge.GradeOneAsync(Metric("factual_correctness", null, reference: "a b d", mode: mode), new { answer = "a b c" });
        Assert.Equal(expected, result.GetProperty("score").GetDouble(), 1e-12);
        Assert.Equal(mode == "precision" ? 0 : 3, result.GetProperty("details").GetProperty("reference_claims").GetArrayLength());
    }

    /// <summary>
    /// Four claims: one right; one wrong from the relevant context, one wrong from the irrelevant one alone, and one wrong from
    /// neither: 1/4 each way, of which less is better.
    /// </summary>
    [Theory]
    [InlineData(null, "wrong, relevant")]
    [InlineData("irrelevant", "wrong, irrelevant")]
    public async Task Noise_sensitivity_counts_wrong_claims_that_a_context_has(string? mode, string misled)
    {
        _judge.Says(
            Claims("right", "wrong, relevant", "wrong, irrelevant", "invented"),
            Claims("right"),
            Verdicts(true, false, false, false),
            Verdicts(true), Verdicts(true, true, false, false),
            Verdicts(false), Verdicts(false, true, true, false));
        var result = await _judge.GradeOneAsync(Metric("noise_sensitivity", "{{ item.contexts }}", reference: "right", mode: mode), new { answer = "x", contexts = new[] { "relevant", "irrelevant" } });
        Assert.Equal((0.75, 0.25), (result.GetProperty("score").GetDouble(), result.GetProperty("details").GetProperty("noise_sensitivity").GetDouble()));
        Assert.Equal([true, false], result.GetProperty("details").GetProperty("relevant_contexts").EnumerateArray().Select(context => context.GetBoolean()));
        var (inRelevant, inIrrelevant) = mode is null ? (true, true) : (false, true);
        var claim = result.GetProperty("details").GetProperty("claims").EnumerateArray().Single(claim => claim.Text("claim") == misled);
        Assert.Equal((inRelevant, inIrrelevant), (claim.GetProperty("in_relevant").GetBoolean(), claim.GetProperty("in_irrelevant").GetBoolean()));
    }

    private static Dictionary<string, object> Metric(string type, object? contexts, string? question = null, string? reference = null, string? mode = null) =>
        new (string Name, object? Value)[] { ("type", type), ("name", "metric"), ("model", "judge"), ("contexts", contexts), ("question", question), ("reference", reference), ("mode", mode) }
            .Where(field => field.Value is not null).ToDictionary(field => field.Name, field => field.Value!);

    private static string Claims(params string[] claims) => JsonSerializer.Serialize(new { claims });

    private static string Verdicts(params bool[] supported) =>
        JsonSerializer.Serialize(new { verdicts = supported.Select((verdict, index) => new { claim = index + 1, supported = verdict, reason = "so" }) });

    private static string Question(string question, string noncommittal = "false") => $$"""{"question": "{{question}}", "noncommittal": {{noncommittal}}}""";
}
