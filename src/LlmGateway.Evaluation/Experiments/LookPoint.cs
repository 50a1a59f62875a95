namespace LlmGateway.Evaluation.Experiments;

/// <summary>The goal's intervals at one look, for the picture.</summary>
/// <param name="Units">Of all arms.</param>
/// <param name="LookedAt">Unix seconds.</param>
/// <param name="Intervals">Those treatments that have one.</param>
internal sealed record LookPoint(long Units, long LookedAt, IReadOnlyList<PointInterval> Intervals)
{
    /// <summary>Most looks that are kept of a stage.</summary>
    public const int Most = 200;

    /// <summary>Units that a look must have more than the last that is kept, against those: intervals narrow with the logarithm of the units.</summary>
    private const double Growth = 0.02;

    /// <summary>Keeps a look in its stage's history: of too many, every second one goes.</summary>
    /// <returns>The same list where it is not kept.</returns>
    public static IReadOnlyList<LookPoint> Append(IReadOnlyList<LookPoint> looks, ExperimentReport report)
    {
        var units = report.Arms.Sum(arm => arm.Units);
        var intervals = report.Comparisons.Where(comparison => comparison is { Role: MetricTest.Goal, Low: not null })
            .Select(comparison => new PointInterval(comparison.Treatment, comparison.Difference!.Value, comparison.Low!.Value, comparison.High!.Value)).ToList();
        if (intervals.Count == 0 || (looks is [.., var last] && units <= last.Units * (1 + Growth)))
        {
            return looks;
        }

        var kept = looks.Count < Most ? looks : [.. looks.Where((_, place) => place % 2 == 0)];
        return [.. kept, new LookPoint(units, report.LookedAt, intervals)];
    }
}

/// <param name="Treatment">The arm.</param>
/// <param name="Difference">Its mean less the control's.</param>
/// <param name="Low">The interval's lower end.</param>
/// <param name="High">Its upper end.</param>
internal sealed record PointInterval(string Treatment, double Difference, double Low, double High);
