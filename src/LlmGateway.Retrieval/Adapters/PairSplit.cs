using LlmGateway.Statistics;

namespace LlmGateway.Retrieval.Adapters;

/// <summary>Which pairs an adapter learns from, which choose the epoch, and which test it. A query stands whole in one of them.</summary>
internal sealed record PairSplit(IReadOnlyList<TrainingPair> Training, IReadOnlyList<TrainingPair> Validation, IReadOnlyList<TrainingPair> HeldOut)
{
    /// <summary>A test of fewer queries could show nothing.</summary>
    public const int MinHeldOut = 6;

    private const double ValidationShare = 0.2;

    /// <param name="pairs">All.</param>
    /// <param name="holdout">The share of queries that is held out, of those that name files only.</param>
    /// <param name="seed">Deals them out.</param>
    public static PairSplit Of(IReadOnlyList<TrainingPair> pairs, double holdout, ulong seed)
    {
        var queries = pairs.GroupBy(pair => pair.Query!, StringComparer.Ordinal).Select(group => group.ToList()).ToList();
        RandomOrder.Shuffle(queries, seed);
        var testable = queries.Where(group => group.TrueForAll(pair => pair.FileId is not null)).ToList();
        var heldOut = testable.Take((int)Math.Round(testable.Count * holdout)).ToList();
        var rest = queries.Except(heldOut).ToList();
        var validation = rest.Take((int)Math.Round(rest.Count * ValidationShare)).ToList();
        return new PairSplit(
            [.. rest.Skip(validation.Count).SelectMany(group => group)], [.. validation.SelectMany(group => group)], [.. heldOut.SelectMany(group => group)]);
    }
}
