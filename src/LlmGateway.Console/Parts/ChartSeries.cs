namespace LlmGateway.Console.Parts;

/// <summary>One line of a chart.</summary>
/// <param name="Name">What the legend calls it.</param>
/// <param name="Points">In the order of <see cref="ChartPoint.X"/>.</param>
public sealed record ChartSeries(string Name, IReadOnlyList<ChartPoint> Points);

/// <param name="X">Along.</param>
/// <param name="Y">Up.</param>
/// <param name="Low">The interval's lower end; null for none.</param>
/// <param name="High">Its upper end; null for none.</param>
public readonly record struct ChartPoint(double X, double Y, double? Low = null, double? High = null);

/// <summary>An estimate with its interval.</summary>
/// <param name="Name">Of what.</param>
/// <param name="Value">The estimate; null where there is none.</param>
/// <param name="Low">The interval's lower end.</param>
/// <param name="High">Its upper end.</param>
public sealed record Estimate(string Name, double? Value, double? Low, double? High);

/// <summary>What fell into one time.</summary>
/// <param name="Name">The time, as it stands below the bar.</param>
/// <param name="Values">One for each series.</param>
public sealed record TimeBar(string Name, IReadOnlyList<double> Values);

/// <summary>Round places for the marks of an axis.</summary>
internal static class Ticks
{
    private static readonly int[] Steps = [1, 2, 5, 10];

    /// <summary>About <paramref name="count"/> places from low to high, at steps of 1, 2 or 5 times a power of ten.</summary>
    public static List<double> Between(double low, double high, int count = 4)
    {
        var raw = (high - low) / count;
        if (!(raw > 0) || !double.IsFinite(raw))
        {
            return [low];
        }

        var power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        var step = Steps.Select(part => part * power).First(part => part >= raw * 0.999);
        var ticks = new List<double>();
        for (var at = Math.Ceiling(low / step) * step; at <= high + step * 1e-9; at += step)
        {
            ticks.Add(Math.Abs(at) < step * 1e-9 ? 0 : at);
        }

        return ticks;
    }
}
