namespace LlmGateway.Statistics;

/// <summary>
/// The mean of numbers that come in clusters, such as the turns of one conversation: what is alike within a cluster is not new
/// evidence, so whole clusters are resampled. E. Miller, Adding Error Bars to Evals, arXiv 2411.00640, section 2.2.
/// </summary>
public sealed class ClusteredScores
{
    private readonly double[] _sums;
    private readonly double[] _sizes;

    /// <param name="values">One for each item.</param>
    /// <param name="clusters">Each item's cluster, numbered from 0 without gaps.</param>
    public ClusteredScores(ReadOnlySpan<double> values, ReadOnlySpan<int> clusters)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(clusters.Length, values.Length);
        var count = 0;
        foreach (var cluster in clusters)
        {
            count = Math.Max(count, cluster + 1);
        }

        (_sums, _sizes) = (new double[count], new double[count]);
        for (var index = 0; index < values.Length; index++)
        {
            _sums[clusters[index]] += values[index];
            _sizes[clusters[index]]++;
        }

        Items = values.Length;
        Mean = _sums.Sum() / values.Length;
    }

    public int Items { get; }

    public int Clusters => _sums.Length;

    public double Mean { get; }

    /// <summary>
    /// The standard deviation that as many independent items would have for a mean as uncertain as this one: √n times the
    /// cluster-robust standard error (Miller's equation 4, with the usual factor C/(C − 1)). Null for fewer than two clusters.
    /// </summary>
    public double? StandardDeviation
    {
        get
        {
            var squares = Influences().Sum(influence => influence * influence);
            return Clusters < 2 ? null : Math.Sqrt(squares * Clusters / (Clusters - 1) / Items);
        }
    }

    /// <summary>The bias-corrected and accelerated interval of the mean over resampled clusters; null for fewer than two of them.</summary>
    /// <inheritdoc cref="PairedScores.Bootstrap"/>
    public Interval? Bootstrap(ulong seed, double level = 0.95)
    {
        if (Clusters < 2)
        {
            return null;
        }

        return BiasCorrected.Acceleration(Influences()) is { } acceleration
            ? BiasCorrected.Interval(ResampleMeans(seed), Mean, acceleration, level)
            : new Interval(Mean, Mean);
    }

    /// <summary>Two-sided p of a mean of zero: all items of a cluster change sign together.</summary>
    /// <inheritdoc cref="PairedScores.SignFlipP"/>
    public double SignFlipP(ulong seed) => PairedScores.SignFlipP(_sums, seed);

    private double[] ResampleMeans(ulong seed)
    {
        var random = new Resampling(seed);
        var means = new double[PairedScores.Resamples];
        for (var sample = 0; sample < means.Length; sample++)
        {
            var (sum, size) = random.SumsOfSample(_sums, _sizes);
            means[sample] = sum / size;
        }

        return means;
    }

    /// <summary>Of each cluster on the mean, to first order and times the number of items.</summary>
    private double[] Influences()
    {
        var influences = new double[Clusters];
        for (var cluster = 0; cluster < influences.Length; cluster++)
        {
            influences[cluster] = _sums[cluster] - (_sizes[cluster] * Mean);
        }

        return influences;
    }
}
