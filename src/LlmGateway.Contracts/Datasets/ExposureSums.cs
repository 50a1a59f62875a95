namespace LlmGateway.Contracts.Datasets;

/// <summary>
/// What the log knows of one stage of an experiment: <c>GET /internal/exposures?experiment_id=…&amp;stage=…&amp;metrics=a,b</c>, for the
/// caller's project, in snake case.
/// </summary>
/// <param name="Arms">Each variant that a call was given, by halves.</param>
public sealed record ExposureSums(IReadOnlyList<ExposureArm> Arms)
{
    /// <summary>Where it is asked.</summary>
    public const string Path = "/internal/exposures";

    /// <summary>Most metrics that one question names.</summary>
    public const int MaxMetrics = 16;
}

/// <summary>One half of a variant's units, so that the two halves of one variant can be compared: they must not differ.</summary>
/// <param name="Variant">The variant's name.</param>
/// <param name="Half">0 or 1, by the unit's hash.</param>
/// <param name="Units">Units that were exposed.</param>
/// <param name="Calls">Their calls.</param>
/// <param name="Metrics">What was asked for; a metric without any value has a count of 0.</param>
public sealed record ExposureArm(string Variant, int Half, long Units, long Calls, IReadOnlyList<ExposureMetric> Metrics);

/// <summary>A unit's value is the mean of its calls' values, so that units are independent values.</summary>
/// <param name="Name">The metric.</param>
/// <param name="Count">Units with a value.</param>
/// <param name="Sum">Of their values.</param>
/// <param name="Squares">Of their values' squares.</param>
public sealed record ExposureMetric(string Name, long Count, double Sum, double Squares);
