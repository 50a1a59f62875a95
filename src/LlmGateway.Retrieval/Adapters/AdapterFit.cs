using LlmGateway.Text.Similarity;

namespace LlmGateway.Retrieval.Adapters;

/// <summary>Trains epoch by epoch, and keeps the adapter of the one that is best on queries it does not see.</summary>
/// <param name="Adapter">The best; the identity where no epoch was better.</param>
/// <param name="BestEpoch">From 1; 0 for the identity.</param>
/// <param name="Epochs">What each epoch brought.</param>
internal sealed record AdapterFit(LinearAdapter Adapter, int BestEpoch, IReadOnlyList<EpochResult> Epochs)
{
    /// <summary>Epochs without a better one, after which it ends.</summary>
    private const int Patience = 5;

    /// <param name="training">Pairs that it learns from.</param>
    /// <param name="validation">Pairs that choose the epoch.</param>
    /// <param name="settings">How.</param>
    /// <param name="seed">The order of the pairs.</param>
    /// <param name="report">Called after each epoch.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<AdapterFit> RunAsync(
        IReadOnlyList<EmbeddedPair> training, IReadOnlyList<EmbeddedPair> validation, AdapterSettings settings, ulong seed,
        Func<int, Task> report, CancellationToken cancellationToken)
    {
        var passages = training.Concat(validation).DistinctBy(pair => pair.Passage).ToList();
        var run = new AdapterTraining(training, settings, seed);
        var best = new AdapterFit(run.Adapter.Copy(), 0, []);
        var highest = MeanReciprocalRank(run.Adapter, validation, passages);
        List<EpochResult> epochs = [new(0, null, highest)];
        for (var epoch = 1; epoch <= settings.Epochs && epoch - best.BestEpoch <= Patience; epoch++)
        {
            var loss = run.RunEpoch(epoch, cancellationToken);
            var score = MeanReciprocalRank(run.Adapter, validation, passages);
            epochs.Add(new EpochResult(epoch, loss, score));
            if (score > highest)
            {
                highest = score;
                best = new AdapterFit(run.Adapter.Copy(), epoch, []);
            }

            await report(epoch);
        }

        return best with { Epochs = epochs };
    }

    /// <summary>Of each query's own passage among all passages that are there.</summary>
    private static double MeanReciprocalRank(LinearAdapter adapter, IReadOnlyList<EmbeddedPair> pairs, List<EmbeddedPair> passages) =>
        pairs.Count == 0 ? 0 : pairs.Average(pair =>
        {
            var image = adapter.Apply(pair.Query);
            var own = Vectors.Dot(image, pair.PassageVector);

            // Steps that were too large end in no numbers, which nothing would seem better than.
            return !float.IsFinite(own) ? 0 : 1.0 / (1 + passages.Count(other => !pair.Passages.Contains(other.Passage) && Vectors.Dot(image, other.PassageVector) >= own));
        });
}

/// <param name="Epoch">From 1; 0 is the identity, before any.</param>
/// <param name="Loss">The mean of the training pairs' loss; null before any.</param>
/// <param name="ValidationMrr">Mean reciprocal rank of the validation queries' passages among those of all pairs.</param>
internal sealed record EpochResult(int Epoch, double? Loss, double ValidationMrr);
