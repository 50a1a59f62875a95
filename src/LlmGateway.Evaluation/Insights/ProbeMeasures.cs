using LlmGateway.Evaluation.Comparisons;

namespace LlmGateway.Evaluation.Insights;

/// <summary>What each probe says of the items together.</summary>
internal static class ProbeMeasures
{
    private const string Measured = "measured";
    private const string NotMeasured = "not_measured";
    private const string Pending = "pending";

    /// <param name="probe">The probe.</param>
    /// <param name="items">What was probed.</param>
    /// <param name="counts">The run's items.</param>
    /// <param name="fault">Why its run did not come to a good end; null if it did.</param>
    public static ProbeResult Of(PlannedProbe probe, IReadOnlyList<ProbedItem> items, GradedCounts counts, string? fault)
    {
        if ((probe.Needs ?? probe.Failure ?? fault) is { } missing)
        {
            return new ProbeResult(probe.Kind, NotMeasured, probe.Failure is null ? probe.RunId : null, missing, null, null, null);
        }

        var value = Value(probe.Kind);
        return new ProbeResult(
            probe.Kind,
            Measured,
            probe.RunId,
            null,
            ItemShares.Where(items.Where(item => !item.Target.IsControl), value),
            ItemShares.Where(items.Where(item => item.Target.IsControl), value),
            Gain(probe.Kind, items, counts));
    }

    /// <summary>A probe of which nothing is known yet.</summary>
    public static ProbeResult NotYet(PlannedProbe probe) =>
        new(probe.Kind, (probe.Needs ?? probe.Failure) is null ? Pending : NotMeasured, probe.Failure is null ? probe.RunId : null, probe.Needs ?? probe.Failure, null, null, null);

    private static Func<Evidence, bool?> Value(string kind) => kind switch
    {
        ProbeKind.Human => evidence => evidence.PersonAccepts,
        ProbeKind.Retrieved => evidence => evidence.GoldInContext,
        ProbeKind.Format => evidence => evidence.HasFormat,
        _ => evidence => evidence.Outcome(kind),
    };

    /// <summary>A change of the request is measured against the same request once more, which chance alone lets pass here and fail there.</summary>
    private static Estimate? Gain(string kind, IReadOnlyList<ProbedItem> items, GradedCounts counts) => kind switch
    {
        ProbeKind.Retrieved or ProbeKind.Format => null,
        ProbeKind.Human or ProbeKind.Repeat or ProbeKind.FormatRepaired => ItemShares.Gain(items, counts, item => item.Target.IsControl, Value(kind)),
        _ => ItemShares.Gain(items, counts, item => item.Evidence.Outcome(ProbeKind.Repeat) ?? item.Target.IsControl, Value(kind)),
    };
}
