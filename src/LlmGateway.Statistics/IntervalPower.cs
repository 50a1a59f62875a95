namespace LlmGateway.Statistics;

/// <summary>How many items would make an interval narrow enough, supposing that its width falls with the root of their number.</summary>
public static class IntervalPower
{
    /// <returns>Null where there is no distance to reach, or no number reaches it.</returns>
    /// <param name="items">Items that gave the interval.</param>
    /// <param name="width">From its lower end to the figure.</param>
    /// <param name="distance">From the limit that the lower end has to reach to the figure.</param>
    public static int? ItemsFor(int items, double width, double distance)
    {
        var needed = distance > 0 ? items * Math.Pow(width / distance, 2) : double.PositiveInfinity;
        return needed < int.MaxValue ? (int)Math.Ceiling(needed) : null;
    }
}
