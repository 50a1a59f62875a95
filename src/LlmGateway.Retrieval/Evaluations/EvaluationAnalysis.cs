using LlmGateway.Statistics;

namespace LlmGateway.Retrieval.Evaluations;

/// <summary>From what every search brought to what it says of the configurations.</summary>
internal sealed class EvaluationAnalysis
{
    private const double Significant = 0.05;
    private const double PreferredTextWeight = 0.8;
    public const string Tuned = "tuned";

    private readonly EvaluationPlan _plan;
    private readonly IReadOnlyList<IReadOnlyList<SearchOutcome>> _queries;
    private readonly int _metric;
    private readonly int _leftOut;

    /// <param name="plan">What was done.</param>
    /// <param name="queries">For each query its outcomes, by <see cref="EvaluationPlan.Searches"/>.</param>
    public EvaluationAnalysis(EvaluationPlan plan, IReadOnlyList<IReadOnlyList<SearchOutcome>> queries)
    {
        _plan = plan;
        _metric = plan.Metrics.ToList().IndexOf(plan.Metric);
        _queries = [.. queries.Where(outcomes => outcomes[0].Scores[_metric] is not null)];
        _leftOut = queries.Count - _queries.Count;
    }

    public EvaluationResult Compute()
    {
        var series = _plan.Configurations.Select((named, place) => (Name: named.Name!, Outcomes: Outcomes(_ => place))).ToList();
        var tuning = _plan.Tune is null || _queries.Count < _plan.Tune.FoldCount * TuneRequest.QueriesPerFold ? null : Fit(_plan.Tune);
        if (tuning is not null)
        {
            series.Add((Tuned, Outcomes(query => _plan.Configurations.Count + tuning.Choices[query])));
        }

        List<ConfigurationComparison> pairs = [];
        for (var candidate = 1; candidate < series.Count; candidate++)
        {
            pairs.AddRange(series.Take(candidate).Select(baseline =>
                Compare(baseline.Name, Main(baseline.Outcomes), series[candidate].Name, Main(series[candidate].Outcomes))));
        }

        var ofArms = tuning is null ? [] : CompareArms(tuning);
        var adjusted = Adjust([.. pairs, .. ofArms]);
        var results = series.Select(entry => Summarize(entry.Name, entry.Outcomes)).ToList();
        var found = tuning is null ? null : Describe(tuning, adjusted[^2], adjusted[^1]);
        var comparisons = adjusted.Take(pairs.Count).ToList();
        return new EvaluationResult(_queries.Count, _leftOut, results, comparisons, found, Conclusions.Write(_plan, _queries.Count, results, comparisons, found));
    }

    private IReadOnlyList<SearchOutcome> Outcomes(Func<int, int> search) => [.. _queries.Select((outcomes, query) => outcomes[search(query)])];

    private double[] Main(IReadOnlyList<SearchOutcome> outcomes) => [.. outcomes.Select(outcome => outcome.Scores[_metric]!.Value)];

    private double[] OfWeight(int weight) => Main(Outcomes(_ => _plan.Configurations.Count + weight));

    private WeightTuning Fit(TuneRequest tune)
    {
        var scores = _queries.Select(outcomes => (IReadOnlyList<double>)[.. outcomes.Skip(_plan.Configurations.Count).Select(outcome => outcome.Scores[_metric]!.Value)]);
        var preferred = (int)(PreferredTextWeight * (EvaluationPlan.TextWeights.Count - 1));
        return WeightTuning.Fit([.. scores], preferred, tune.FoldCount, _plan.Seed);
    }

    private List<ConfigurationComparison> CompareArms(WeightTuning tuning) =>
    [
        Compare("lexical", OfWeight(EvaluationPlan.TextWeights.Count - 1), Tuned, [.. tuning.HeldOut]),
        Compare("vector", OfWeight(0), Tuned, [.. tuning.HeldOut]),
    ];

    private TuningResult Describe(WeightTuning tuning, ConfigurationComparison againstLexical, ConfigurationComparison againstVector)
    {
        var curve = EvaluationPlan.TextWeights.Select((weight, place) => new WeightMean(weight, Moments.Mean(OfWeight(place)))).ToList();
        var lexicalIsBetter = curve[^1].Value >= curve[0].Value;
        var armWins = (lexicalIsBetter ? againstLexical : againstVector).Verdict == ConfigurationComparison.Worse;
        var weight = armWins ? (lexicalIsBetter ? 1 : 0) : EvaluationPlan.TextWeights[tuning.Best];
        return new TuningResult(
            EvaluationPlan.Weighted(_plan.Tune!.Configuration, weight), weight, curve,
            [.. tuning.Folds.Select(fold => new FoldWeight(EvaluationPlan.TextWeights[fold.Choice], fold.Queries))],
            lexicalIsBetter ? "lexical" : "vector", againstLexical, againstVector);
    }

    private ConfigurationComparison Compare(string baseline, double[] first, string candidate, double[] second)
    {
        double[] differences = [.. second.Zip(first, (after, before) => after - before)];
        var interval = PairedScores.Bootstrap(differences, _plan.Seed);
        return new ConfigurationComparison(
            baseline, candidate, _plan.Metric, differences.Length == 0 ? 0 : Moments.Mean(differences), interval?.Low, interval?.High,
            PairedScores.SignFlipP(differences, _plan.Seed), 1, ConfigurationComparison.NoDifferenceShown);
    }

    /// <summary>All questions that an evaluation asks are adjusted together.</summary>
    private static List<ConfigurationComparison> Adjust(List<ConfigurationComparison> comparisons)
    {
        var adjusted = Holm.Adjust([.. comparisons.Select(pair => pair.P)]);
        return [.. comparisons.Select((pair, place) => pair with
        {
            PAdjusted = adjusted[place],
            Verdict = adjusted[place] >= Significant ? ConfigurationComparison.NoDifferenceShown
                : pair.Difference > 0 ? ConfigurationComparison.Better : ConfigurationComparison.Worse,
        })];
    }

    private ConfigurationResult Summarize(string name, IReadOnlyList<SearchOutcome> outcomes)
    {
        var metrics = new Dictionary<string, MetricValue>();
        foreach (var (place, metric) in _plan.Metrics.Index())
        {
            double[] values = [.. outcomes.Select(outcome => outcome.Scores[place]).OfType<double>()];
            if (values.Length > 0)
            {
                var interval = PairedScores.Bootstrap(values, _plan.Seed);
                metrics[metric] = new MetricValue(Moments.Mean(values), interval?.Low, interval?.High);
            }
        }

        var latencies = outcomes.Select(outcome => outcome.LatencyMicros).Order().ToList();
        var cost = outcomes.Any(outcome => outcome.CostUsd is null) ? null : outcomes.Sum(outcome => outcome.CostUsd);
        return new ConfigurationResult(name, metrics, new LatencySummary(Percentile(latencies, 0.5), Percentile(latencies, 0.95)), cost);
    }

    /// <summary>In milliseconds, by the nearest rank.</summary>
    private static double Percentile(List<long> sorted, double share) =>
        sorted.Count == 0 ? 0 : sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Count) - 1)] / 1000.0;
}
