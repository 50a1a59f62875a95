namespace LlmGateway.Statistics;

/// <summary>Items on which two were tried, counted by who passed.</summary>
/// <param name="Both">Both passed.</param>
/// <param name="OnlyFirst">The first passed and the second did not.</param>
/// <param name="OnlySecond">The second passed and the first did not.</param>
/// <param name="Neither">Neither passed.</param>
public readonly record struct PairedCounts(int Both, int OnlyFirst, int OnlySecond, int Neither)
{
    public int Total => Both + OnlyFirst + OnlySecond + Neither;

    public int FirstPassed => Both + OnlyFirst;

    public int SecondPassed => Both + OnlySecond;

    /// <summary>Pairs that tell the two apart.</summary>
    public int Discordant => OnlyFirst + OnlySecond;

    /// <summary>The second's share less the first's, −1 to 1.</summary>
    public double Difference => Total == 0 ? 0 : (double)(OnlySecond - OnlyFirst) / Total;
}
