using LlmGateway.Statistics;

namespace LlmGateway.Evaluation.Comparisons;

/// <summary>A number of each item, such as a change of its score, and what can be said of the mean.</summary>
internal sealed class Observations
{
    private readonly double[] _values;
    private readonly ClusteredScores? _clustered;

    /// <param name="values">One for each item.</param>
    /// <param name="clusters">Each item's cluster; null where every item stands alone.</param>
    public Observations(double[] values, int[]? clusters)
    {
        _values = values;
        _clustered = clusters is null ? null : new ClusteredScores(values, clusters);
    }

    public int Count => _values.Length;

    /// <summary>Null where every item stands alone.</summary>
    public int? Clusters => _clustered?.Clusters;

    public double Mean => Moments.Mean(_values);

    /// <summary>That of independent items which would leave the mean as uncertain; null if it cannot be told.</summary>
    public double? StandardDeviation => _clustered is null ? Moments.StandardDeviation(_values) : _clustered.StandardDeviation;

    public string IntervalMethod => _clustered is null ? "bootstrap" : "cluster_bootstrap";

    public string TestMethod => _clustered is null ? "sign_flip" : "cluster_sign_flip";

    public Estimate Estimate(ulong seed) => Comparisons.Estimate.Of(
        Mean, _clustered is null ? PairedScores.Bootstrap(_values, seed) : _clustered.Bootstrap(seed));

    public double SignFlipP(ulong seed) => _clustered?.SignFlipP(seed) ?? PairedScores.SignFlipP(_values, seed);
}
