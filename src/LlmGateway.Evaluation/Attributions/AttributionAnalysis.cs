using LlmGateway.Evaluation.Comparisons;
using LlmGateway.Statistics;

namespace LlmGateway.Evaluation.Attributions;

/// <summary>
/// Computes effects with their intervals. All are weighted sums of the items' measurements, resampled by the same seed: every effect
/// sees the same items in the same resample.
/// </summary>
internal sealed class AttributionAnalysis(AttributionPlan plan, MeasuredCombinations measured, bool isBinary)
{
    private const double Alpha = 0.05;

    private readonly AttributionDesign _design = plan.ToDesign();

    public AttributionResult Compute() => new(
        measured.Items,
        measured.LeftOut,
        Mean(0),
        Mean(_design.Everything),
        Estimated(Contrast.Between(_design.Everything, 0)),
        Changes(),
        Interactions(),
        [.. Enumerable.Range(0, plan.Changes.Count + 1).Select(Rung)]);

    private IReadOnlyList<ChangeEffects> Changes()
    {
        List<ChangeEffects> changes = [.. plan.Changes.Select((change, index) => Effects(change, index))];
        var adjusted = Holm.Adjust([.. changes.Select(change => change.P)]);
        return [.. changes.Zip(adjusted, (change, p) => change with { AdjustedP = p, Verdict = Verdict(Main(change), p) })];
    }

    private ChangeEffects Effects(Change change, int index)
    {
        var (without, alone, share) = (_design.LeaveOneOut(index), _design.AddOneIn(index), _design.ShapleyValue(index));
        var main = share ?? without ?? alone!;
        return new ChangeEffects(
            change.Name,
            change.Kind,
            Find(without),
            Find(alone),
            Find(share),
            _design.SamplingError(index, combination => Moments.Mean(measured.Scores(combination))),
            PairedScores.SignFlipP(main.Of(measured.Scores), (ulong)plan.Seed),
            1,
            "",
            measured.HasCosts ? Estimated(main.Of(measured.Costs)) : null,
            measured.HasLatencies ? Estimated(main.Of(measured.Latencies)) : null);
    }

    private List<Interaction> Interactions() =>
    [
        .. (from first in Enumerable.Range(0, plan.Changes.Count)
            from second in Enumerable.Range(first + 1, plan.Changes.Count - first - 1)
            let contrast = _design.Interaction(first, second)
            where contrast is not null
            let interaction = new Interaction(plan.Changes[first].Name, plan.Changes[second].Name, Estimated(contrast))
            orderby Math.Abs(interaction.Effect.Value!.Value) descending
            select interaction),
    ];

    private Rung Rung(int made)
    {
        var (now, before) = ((1 << made) - 1, (1 << (made - 1)) - 1);
        return made == 0
            ? new Rung("base", Mean(0), null)
            : new Rung(plan.Changes[made - 1].Name, Mean(now), Estimated(Contrast.Between(now, before)));
    }

    /// <summary>Shares have Wilson's interval, as elsewhere; scores the bootstrap's.</summary>
    private Estimate Mean(int combination)
    {
        var scores = measured.Scores(combination);
        if (!isBinary || scores.Any(score => score is not (0 or 1)))
        {
            return Estimated(scores);
        }

        var passed = scores.Count(score => score == 1);
        return With((double)passed / scores.Length, Proportion.Wilson(passed, scores.Length));
    }

    private Estimate? Find(Contrast? contrast) => contrast is null ? null : Estimated(contrast);

    private Estimate Estimated(Contrast contrast) => Estimated(contrast.Of(measured.Scores));

    private Estimate Estimated(double[] values) => With(Moments.Mean(values), PairedScores.Bootstrap(values, (ulong)plan.Seed));

    private static Estimate With(double value, Interval? interval) => new(value, interval?.Low, interval?.High);

    private static double Main(ChangeEffects effects) => (effects.Shapley ?? effects.LeaveOneOut ?? effects.AddOneIn)!.Value!.Value;

    private static string Verdict(double effect, double p) =>
        p >= Alpha || effect == 0 ? CriterionComparer.NoDifferenceShown : effect > 0 ? "better" : "worse";
}
