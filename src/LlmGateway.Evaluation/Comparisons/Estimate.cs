using LlmGateway.Statistics;

namespace LlmGateway.Evaluation.Comparisons;

/// <summary>A figure with its interval; null where there is none.</summary>
internal sealed record Estimate(double? Value, double? Low, double? High)
{
    public static readonly Estimate Unknown = new(null, null, null);

    public static Estimate Of(double value, Interval? interval) => new(value, interval?.Low, interval?.High);

    /// <summary>A share with Wilson's interval.</summary>
    public static Estimate OfShare(int passed, int total) => Of((double)passed / total, Proportion.Wilson(passed, total));
}
