using LlmGateway.Statistics;

namespace LlmGateway.Evaluation.Calibrations;

/// <summary>The figures of a calibration.</summary>
internal static class Agreement
{
    public static Confusion Count(IReadOnlyList<JudgedPair> pairs) => new(
        pairs.Count(pair => pair is { Criterion: true, Human: true }),
        pairs.Count(pair => pair is { Criterion: true, Human: false }),
        pairs.Count(pair => pair is { Criterion: false, Human: true }),
        pairs.Count(pair => pair is { Criterion: false, Human: false }));

    public static Figure KappaOf(Confusion counts) =>
        Kappa.Cohen(new[,] { { counts.TruePositive, counts.FalsePositive }, { counts.FalseNegative, counts.TrueNegative } }) is { } kappa
            ? new Figure(kappa.Value, kappa.Interval.Low, kappa.Interval.High)
            : Figure.Unknown;

    public static Figure Share(int count, int total) => total == 0
        ? Figure.Unknown
        : With((double)count / total, Proportion.Wilson(count, total));

    public static PassRate PassRateOf(Passes judged, Confusion counts) => new(
        judged.Total,
        Share(judged.Passed, judged.Total),
        RoganGladen.Correct(
            new Tally(judged.Passed, judged.Total),
            new Tally(counts.TruePositive, counts.TruePositive + counts.FalseNegative),
            new Tally(counts.TrueNegative, counts.TrueNegative + counts.FalsePositive)) is { } corrected
            ? With(corrected.Value, corrected.Interval)
            : Figure.Unknown);

    public static Figure LengthBias(IReadOnlyList<JudgedPair> pairs)
    {
        var known = pairs.Where(pair => pair.Length is not null).ToList();
        var correlation = RankCorrelation.Spearman([.. known.Select(pair => (double)pair.Error)], [.. known.Select(pair => (double)pair.Length!.Value)]);
        return correlation is { } rho ? With(rho.Value, rho.Interval) : Figure.Unknown;
    }

    public static PositionBias? PositionBiasOf(PositionCounts counts) => counts.Outputs > 0
        ? new PositionBias(counts.Judgements, Share(counts.FirstWins, counts.Judgements), counts.Inconsistent)
        : null;

    private static Figure With(double value, Interval? interval) => new(value, interval?.Low, interval?.High);
}
