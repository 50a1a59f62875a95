using LlmGateway.Statistics;

namespace LlmGateway.Evaluation.Experiments;

/// <summary>Compares a treatment with the control by one metric.</summary>
internal static class ArmComparison
{
    public static ComparisonReport Make(StageLook look, string treatment, MetricTest test)
    {
        var difference = look.Difference(treatment, test.Metric);
        var interval = difference is { } known ? ConfidenceSequence.Of(known, test.Effect, test.Level) : (Interval?)null;
        var rate = test.RateAlpha is null ? (double?)null
            : RateExcess.P(look.Sums.Of(look.Control.Name, test.Metric), look.Sums.Of(treatment, test.Metric), test.Margin);
        return new ComparisonReport(
            treatment, test.Metric, test.Role, test.Optimize, test.Margin, difference?.Value, interval?.Low, interval?.High, test.Level, rate, test.RateAlpha,
            rate <= test.RateAlpha ? ComparisonVerdict.Worse : Verdict(interval, test));
    }

    private static string Verdict(Interval? interval, MetricTest test)
    {
        if (interval is not { } found)
        {
            return ComparisonVerdict.Unknown;
        }

        // Turned so that larger is worse.
        var (low, high) = test.WorseSign > 0 ? (found.Low, found.High) : (-found.High, -found.Low);
        return low > test.Margin ? ComparisonVerdict.Worse
            : test.Role == MetricTest.Goal ? high < 0 ? ComparisonVerdict.Better : ComparisonVerdict.Open
            : high <= test.Margin ? ComparisonVerdict.Kept
            : ComparisonVerdict.Open;
    }
}
