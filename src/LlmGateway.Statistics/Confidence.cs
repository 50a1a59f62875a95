namespace LlmGateway.Statistics;

/// <summary>Turns a level of confidence into a normal quantile.</summary>
internal static class Confidence
{
    /// <summary>z with <paramref name="level"/> of the standard normal distribution between −z and z.</summary>
    /// <param name="level">Strictly between 0 and 1, such as 0.95.</param>
    public static double Z(double level)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(level, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(level, 1);
        return Normal.Quantile((1 + level) / 2);
    }
}
