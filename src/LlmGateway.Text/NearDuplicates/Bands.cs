namespace LlmGateway.Text.NearDuplicates;

/// <summary>
/// How a signature is cut so that texts as like as the threshold meet in one band at least (P. Indyk and R. Motwani 1998; Mining of
/// Massive Datasets, section 3.4): with <c>b</c> bands of <c>r</c> rows, texts of likeness <c>s</c> do with a probability of
/// <c>1 - (1 - s^r)^b</c>.
/// </summary>
/// <param name="Count">How many bands.</param>
/// <param name="Rows">Hashes of each.</param>
internal readonly record struct Bands(int Count, int Rows)
{
    /// <summary>Probability to miss a pair exactly as like as the threshold; at 0.8 that gives 20 bands of 5.</summary>
    private const double Missed = 0.0005;

    /// <summary>As many rows as the signature allows: the more rows, the fewer pairs meet that are not alike.</summary>
    public static Bands For(double threshold)
    {
        for (var rows = MinHash.Count; rows > 1; rows--)
        {
            var count = BandsNeeded(threshold, rows);
            if (count * rows <= MinHash.Count)
            {
                return new Bands((int)count, rows);
            }
        }

        return new Bands((int)BandsNeeded(threshold, 1), 1);
    }

    private static double BandsNeeded(double threshold, int rows)
    {
        var equal = Math.Pow(threshold, rows);
        return equal < Missed / MinHash.Count ? double.PositiveInfinity : Math.Max(1, Math.Ceiling(Math.Log(Missed) / Math.Log(1 - equal)));
    }
}
