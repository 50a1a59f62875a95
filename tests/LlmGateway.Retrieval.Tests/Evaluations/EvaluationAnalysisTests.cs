using LlmGateway.Retrieval.Evaluations;
using LlmGateway.Retrieval.Search;
using LlmGateway.Text.Metrics;

namespace LlmGateway.Retrieval.Tests.Evaluations;

/// <summary>What an evaluation says of its searches.</summary>
public sealed class EvaluationAnalysisTests
{
    private const int Queries = 60;

    [Fact]
    public void A_configuration_that_finds_more_wins_and_the_conclusion_says_so()
    {
        var result = Analyze(["weak", "strong"], (query, search) => search == 1 || query % 2 == 0 ? 1 : 3);
        var pair = Assert.Single(result.Comparisons);
        Assert.Equal(("weak", "strong", "ndcg@10", ConfigurationComparison.Better), (pair.Baseline, pair.Candidate, pair.Metric, pair.Verdict));
        Assert.Equal(result.Configurations[1].Metrics["ndcg@10"].Value - result.Configurations[0].Metrics["ndcg@10"].Value, pair.Difference, 12);
        Assert.StartsWith("'strong' (ndcg@10 1.0000) wins", result.Conclusion, StringComparison.Ordinal);
    }

    [Fact]
    public void Equals_have_no_winner_and_the_quickest_is_named()
    {
        var result = Analyze(["slow", "quick"], (query, search) => (query + search) % 2 == 0 ? 1 : 2, latency: search => search == 0 ? 9000 : 1000);
        Assert.Equal(ConfigurationComparison.NoDifferenceShown, Assert.Single(result.Comparisons).Verdict);
        Assert.StartsWith("None wins", result.Conclusion, StringComparison.Ordinal);
        Assert.EndsWith("Of these 'quick' is the quickest, p50 1.0 ms.", result.Conclusion, StringComparison.Ordinal);
    }

    [Fact]
    public void The_more_is_asked_the_less_a_p_is_worth()
    {
        var result = Analyze(["a", "b", "c"], (query, search) => (query * (search + 1) % 5) + 1);
        Assert.Equal(3, result.Comparisons.Count);
        Assert.All(result.Comparisons, pair => Assert.True(pair.PAdjusted >= pair.P));
    }

    [Fact]
    public void A_query_with_nothing_to_find_is_left_out_of_the_means()
    {
        var plan = Plan(["only"]);
        var found = SearchOutcome.Of(Judged("f"), [(new DocumentSpan("f", 0, 5), 1)], plan.K, 1000, 0);
        var nothing = SearchOutcome.Of(new JudgedQuery("q", [new JudgedFile("f", 0)], null), [(new DocumentSpan("f", 0, 5), 1)], plan.K, 1000, 0);
        var result = new EvaluationAnalysis(plan, [[found], [nothing]]).Compute();
        Assert.Equal((1, 1, 1.0), (result.Queries, result.LeftOut, result.Configurations[0].Metrics["map"].Value));
    }

    [Fact]
    public void Several_passages_of_a_file_count_once_at_their_best_rank()
    {
        var passages = new[] { ("x", 0.9), ("f", 0.8), ("x", 0.7), ("f", 0.6), ("y", 0.5) }.Select(hit => (new DocumentSpan(hit.Item1, 0, 5), hit.Item2)).ToList();
        var outcome = SearchOutcome.Of(new JudgedQuery("q", [new("f", 1), new("y", 1)], null), passages, [3], 1, 0);
        Assert.Equal(["x", "f", "y"], outcome.Files);
        Assert.Equal([2, 3], outcome.RelevantRanks);
        Assert.Equal(1, Score(outcome, "recall@3", [3]));
        Assert.Null(Score(outcome, "token_recall@3", [3]));
    }

    [Fact]
    public void Judged_passages_are_measured_by_text_and_their_files_by_rank()
    {
        var query = new JudgedQuery("q", null, [new JudgedSpan("f", 100, 200)]);
        var outcome = SearchOutcome.Of(query, [(new DocumentSpan("f", 150, 350), 1), (new DocumentSpan("f", 0, 150), 0.5)], [1, 2], 1, 0);
        Assert.Equal(1, Score(outcome, "ndcg@1", [1, 2]));
        Assert.Equal(0.5, Score(outcome, "token_recall@1", [1, 2]));
        Assert.Equal(0.25, Score(outcome, "token_precision@1", [1, 2]));
        Assert.Equal((1, 100.0 / 350), (Score(outcome, "token_recall@2", [1, 2]), Score(outcome, "token_iou@2", [1, 2])));
    }

    [Fact]
    public void A_weak_arm_is_weighted_down_and_the_better_arm_is_not_worse()
    {
        // Words alone find every file, vectors alone nothing: in between, the less the vectors count the better.
        var plan = Plan([]) with { Tune = new TuneRequest(null, 5) };
        var outcomes = Enumerable.Range(0, Queries).Select(_ => (IReadOnlyList<SearchOutcome>)[.. EvaluationPlan.TextWeights.Select(weight =>
            Outcome((int)Math.Round(1 + (10 * (1 - weight))), 1000))]).ToList();
        var result = new EvaluationAnalysis(plan, outcomes).Compute();
        Assert.Equal((1.0, "lexical"), (result.Tuning!.TextWeight, result.Tuning.BetterArm));
        Assert.Equal(ConfigurationComparison.NoDifferenceShown, result.Tuning.AgainstLexical.Verdict);
        Assert.Equal(ConfigurationComparison.Better, result.Tuning.AgainstVector.Verdict);
        Assert.Contains("are not significantly worse than the better arm, lexical alone", result.Conclusion, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_few_queries_are_not_tuned_on()
    {
        var plan = Plan(["only"]) with { Tune = new TuneRequest(null, 5) };
        var outcomes = Enumerable.Range(0, 19).Select(_ => (IReadOnlyList<SearchOutcome>)[.. plan.Searches().Select(_ => Outcome(1, 1000))]).ToList();
        var result = new EvaluationAnalysis(plan, outcomes).Compute();
        Assert.Null(result.Tuning);
        Assert.Contains("5 folds need at least 20 queries", result.Conclusion, StringComparison.Ordinal);
    }

    private static EvaluationPlan Plan(string[] names) =>
        new([.. names.Select(name => new NamedConfiguration(name, SearchConfiguration.Default))], [10], "ndcg@10", 100, null, 1);

    private static EvaluationResult Analyze(string[] names, Func<int, int, int> rank, Func<int, long>? latency = null) => new EvaluationAnalysis(
        Plan(names),
        [.. Enumerable.Range(0, Queries).Select(query =>
            (IReadOnlyList<SearchOutcome>)[.. names.Select((_, search) => Outcome(rank(query, search), latency?.Invoke(search) ?? 1000))])]).Compute();

    /// <summary>A search that has the one relevant file at a rank.</summary>
    private static SearchOutcome Outcome(int rank, long latency) => SearchOutcome.Of(
        Judged("f"), [.. Enumerable.Range(1, 12).Select(place => (new DocumentSpan(place == rank ? "f" : $"other{place}", 0, 5), 1.0 / place))], [10], latency, 0);

    private static JudgedQuery Judged(string file) => new("q", [new JudgedFile(file, null)], null);

    private static double? Score(SearchOutcome outcome, string metric, int[] cuts) => outcome.Scores[MetricNames.Of(cuts).ToList().IndexOf(metric)];
}
