namespace LlmGateway.Statistics;

/// <summary>
/// Splits the variance of repeated scores into that between items and that within them: the one-way analysis of variance with
/// random effects and unequal groups (Searle, Casella and McCulloch, Variance Components, 1992, section 3.6). Sums, so that parts
/// of the data add up.
/// </summary>
/// <param name="Items">Groups.</param>
/// <param name="Scores">N, the scores in all of them.</param>
/// <param name="SquaredSizes">The sum over items of n².</param>
/// <param name="WithinSquares">The sum of squares around the items' means.</param>
/// <param name="Sum">The sum of all scores.</param>
/// <param name="MeanSquares">The sum over items of n times the squared mean.</param>
public readonly record struct VarianceSums(int Items, int Scores, long SquaredSizes, double WithinSquares, double Sum, double MeanSquares)
{
    /// <summary>The variance of an item's scores around its own mean; null where no item has two scores.</summary>
    public double? WithinItems => Scores > Items ? WithinSquares / (Scores - Items) : null;

    /// <summary>The variance of the items' own means, as if each had been sampled without end; never below 0. Null where <see cref="WithinItems"/> is, and with one item.</summary>
    public double? BetweenItems
    {
        get
        {
            if (WithinItems is not { } within || Items < 2)
            {
                return null;
            }

            var between = (MeanSquares - (Sum * Sum / Scores)) / (Items - 1);
            var size = (Scores - ((double)SquaredSizes / Scores)) / (Items - 1);
            return Math.Max(0, (between - within) / size);
        }
    }

    /// <summary>With one more item.</summary>
    public VarianceSums Add(IReadOnlyList<double> scores)
    {
        var mean = scores.Average();
        return Plus(new VarianceSums(1, scores.Count, (long)scores.Count * scores.Count, scores.Sum(score => (score - mean) * (score - mean)), scores.Sum(), scores.Count * mean * mean));
    }

    /// <summary>With the items of another part.</summary>
    public VarianceSums Plus(VarianceSums other) => new(
        Items + other.Items,
        Scores + other.Scores,
        SquaredSizes + other.SquaredSizes,
        WithinSquares + other.WithinSquares,
        Sum + other.Sum,
        MeanSquares + other.MeanSquares);
}
