using LlmGateway.Evaluation.Comparisons;
using LlmGateway.Statistics;
using static System.FormattableString;

namespace LlmGateway.Evaluation.Gates.Rules;

/// <summary>
/// <c>non_inferiority</c>: the run is worse than the baseline by less than a margin, on the same items: the paired interval's
/// lower end is above the margin's negative. Not to have shown a difference would not be enough: too few items never show one.
/// </summary>
internal sealed record NonInferiorityRule(ScoreChoice Choice, double Margin) : IGateRule
{
    public const string Type = "non_inferiority";

    public string? TestingCriterion => Choice.Criterion;

    public bool IsByScores => true;

    public RuleResult Judge(GateEvidence evidence)
    {
        var paired = evidence.Joined!.Pair(Choice.Of, Choice.IsErrored);
        if (paired.Pairs.Count == 0)
        {
            return Result(GateVerdict.Inconclusive, Estimate.Unknown, 0, null, "No item has a score in both runs.");
        }

        var isCounted = Choice.IsBinary && paired.AreSingle;
        var counts = paired.Count();
        var measured = isCounted ? Estimate.Of(counts.Difference, PairedDifference.Newcombe(counts)) : paired.Changes.Estimate(evidence.Seed);
        if (measured is not { Value: { } value, Low: { } low, High: { } high })
        {
            return Result(GateVerdict.Inconclusive, measured, paired.Pairs.Count, null, "There are too few items, or clusters of items, for an interval.");
        }

        var reason = Invariant($"The difference is from {low:+0.####;−0.####;0} to {high:+0.####;−0.####;0}.");
        return low > -Margin || high < -Margin
            ? Result(GateVerdict.Of(low > -Margin), measured, paired.Pairs.Count, null, reason)
            : Result(
                GateVerdict.Inconclusive,
                measured,
                paired.Pairs.Count,
                value <= -Margin ? null : IntervalPower.ItemsFor(paired.Pairs.Count, value - low, value + Margin) - paired.Pairs.Count,
                reason);
    }

    private RuleResult Result(string verdict, Estimate measured, int items, int? missing, string reason) => new(
        Type,
        TestingCriterion,
        Invariant($"{Choice.Named} less than {Margin} below the baseline's"),
        verdict,
        measured,
        items,
        missing is { } more ? Math.Max(1, more) : null,
        reason,
        []);
}
