namespace LlmGateway.Statistics;

/// <summary>What one arm of an experiment has measured so far, as sums, so that no value is kept and the sums of parts add up.</summary>
/// <param name="Count">Values, at least 0.</param>
/// <param name="Sum">Their sum.</param>
/// <param name="Squares">The sum of their squares.</param>
public readonly record struct ArmSums(long Count, double Sum, double Squares)
{
    /// <summary>Not a number where there is no value.</summary>
    public double Mean => Sum / Count;

    /// <summary>The sum of squares around the mean; 0 where there is no value.</summary>
    public double WithinSquares => Count == 0 ? 0 : Math.Max(0, Squares - (Sum * Sum / Count));

    /// <summary>With one more value.</summary>
    public ArmSums Add(double value) => new(Count + 1, Sum + value, Squares + (value * value));

    /// <summary>With the values of another part.</summary>
    public ArmSums Plus(ArmSums other) => new(Count + other.Count, Sum + other.Sum, Squares + other.Squares);
}
