using LlmGateway.Evaluation.Comparisons;
using LlmGateway.Statistics;
using static System.FormattableString;

namespace LlmGateway.Evaluation.Gates.Rules;

/// <summary>
/// <c>cutoff</c>: the pass rate or mean score is at least a number: by the interval's lower end, or by the figure alone, which
/// chance may have helped.
/// </summary>
internal sealed record CutoffRule(ScoreChoice Choice, double AtLeast, bool ByLowerBound) : IGateRule
{
    public const string Type = "cutoff";

    public string? TestingCriterion => Choice.Criterion;

    public bool IsByScores => true;

    public RuleResult Judge(GateEvidence evidence)
    {
        List<ScoredItem> items = [.. evidence.Items.Where(item => Choice.Of(item) is not null)];
        if (items.Count == 0)
        {
            return Result(GateVerdict.Inconclusive, Estimate.Unknown, 0, null, "No item was scored.");
        }

        var clusters = evidence.Clusters.Number(items);
        var observed = new Observations([.. items.Select(item => Choice.Of(item)!.Value)], clusters);
        var isShare = Choice.IsBinary && clusters is null && items.TrueForAll(item => item.Repetitions == 1);
        var measured = isShare
            ? Estimate.OfShare(items.Count(item => Choice.Of(item) > 0), items.Count)
            : observed.Estimate(evidence.Seed);
        return ByLowerBound ? JudgeByInterval(measured, items.Count, isShare) : JudgeByFigure(measured, items.Count);
    }

    private RuleResult JudgeByFigure(Estimate measured, int items) => Result(
        GateVerdict.Of(measured.Value >= AtLeast), measured, items, null, Invariant($"The {Choice.Named} is {measured.Value:0.####}."));

    private RuleResult JudgeByInterval(Estimate measured, int items, bool isShare)
    {
        if (measured is not { Value: { } value, Low: { } low, High: { } high })
        {
            return Result(GateVerdict.Inconclusive, measured, items, null, "There are too few items, or clusters of items, for an interval.");
        }

        if (low >= AtLeast || high < AtLeast)
        {
            return Result(GateVerdict.Of(low >= AtLeast), measured, items, null, Invariant($"The {Choice.Named} is from {low:0.####} to {high:0.####}."));
        }

        var needed = value <= AtLeast ? null : isShare ? Proportion.ItemsForLowerBound(value, AtLeast) : IntervalPower.ItemsFor(items, value - low, value - AtLeast);
        return Result(
            GateVerdict.Inconclusive,
            measured,
            items,
            needed - items,
            Invariant($"The {Choice.Named} may be from {low:0.####} to {high:0.####}{(needed is null ? ", and more items like these would not lift it over the cut-off" : "")}."));
    }

    private RuleResult Result(string verdict, Estimate measured, int items, int? missing, string reason) => new(
        Type,
        TestingCriterion,
        Invariant($"{Choice.Named} at least {AtLeast}{(ByLowerBound ? ", by the interval's lower end" : "")}"),
        verdict,
        measured,
        items,
        missing is { } more ? Math.Max(1, more) : null,
        reason,
        []);
}
