using LlmGateway.Evaluation.Comparisons;

namespace LlmGateway.Evaluation.Attributions;

/// <summary>Where values stand in a picture, and which of them are marked.</summary>
/// <param name="Left">The place of the lowest value, in pixels.</param>
/// <param name="Width">From there to the place of the highest.</param>
/// <param name="Low">The lowest value.</param>
/// <param name="High">The highest value.</param>
internal sealed record LadderAxis(int Left, int Width, double Low, double High)
{
    private const int Steps = 4;
    private static readonly int[] RoundNumbers = [1, 2, 4, 8, 10];

    /// <summary>Whether values are shares, and are shown in per cent.</summary>
    public bool IsShare => Low >= 0 && High <= 1;

    public IEnumerable<double> Ticks => Enumerable.Range(0, Steps + 1).Select(step => Low + (step * (High - Low) / Steps));

    /// <summary>Of scores: from 0 to 1 where they are all in there, else between round numbers around them, with zero.</summary>
    public static LadderAxis OfScores(int left, int width, IEnumerable<Estimate> estimates)
    {
        var (low, high) = Range(estimates);
        return low >= 0 && high <= 1 ? new LadderAxis(left, width, 0, 1) : Around(left, width, Math.Min(0, low), Math.Max(0, high));
    }

    /// <summary>Of effects: zero in the middle.</summary>
    public static LadderAxis OfEffects(int left, int width, IEnumerable<Estimate> estimates)
    {
        var (low, high) = Range(estimates);
        // Where nothing had an effect there still is a middle.
        var furthest = Rounded(Math.Max(Math.Abs(low), Math.Abs(high))) is > 0 and var most ? most : 1;
        return new LadderAxis(left, width, -furthest, furthest);
    }

    public double At(double value) => Math.Round(Left + ((Math.Clamp(value, Low, High) - Low) / (High - Low) * Width), 1);

    private static LadderAxis Around(int left, int width, double low, double high) => new(left, width, -Rounded(-low), Rounded(high));

    private static (double Low, double High) Range(IEnumerable<Estimate> estimates)
    {
        List<double> values = [.. estimates.SelectMany(estimate => new[] { estimate.Low, estimate.Value, estimate.High }).OfType<double>()];
        return (values.Min(), values.Max());
    }

    /// <summary>The next of 1, 2, 4 and 8 times a power of ten, each of which four steps divide well.</summary>
    private static double Rounded(double value)
    {
        if (value <= 0)
        {
            return 0;
        }

        var power = Math.Pow(10, Math.Floor(Math.Log10(value)));
        return power * RoundNumbers.First(step => value <= step * power * 1.000001);
    }
}
