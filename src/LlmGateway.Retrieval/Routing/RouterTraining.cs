using LlmGateway.Text.Classification;

namespace LlmGateway.Retrieval.Routing;

/// <summary>
/// Trains a router's classifier twice: on a part of the examples to say how good it is on the rest, and then on all of them, which is
/// the one that is kept. The same examples give the same classifier.
/// </summary>
internal static class RouterTraining
{
    // As local fine-tuning's, which cross-validation on banking77 and TREC chose.
    private const int Epochs = 20;
    private const int BatchSize = 16;

    /// <param name="examples">At least two of each label.</param>
    /// <param name="holdout">The share of each label that is tested on.</param>
    /// <param name="mostWeights">What the classifier may have.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static (TextClassifier Classifier, RouterReport Report) Run(
        IReadOnlyList<(string Query, string Label)> examples, double holdout, int mostWeights, CancellationToken cancellationToken)
    {
        var heldOut = HoldOut(examples, holdout);
        var tested = Learn([.. examples.Where((_, number) => !heldOut.Contains(number))], mostWeights, cancellationToken);
        var report = RouterReport.Of([.. heldOut.Select(number => (examples[number].Label, (string?)Best(tested, examples[number].Query)))]);
        return (Learn(examples, mostWeights, cancellationToken), report);
    }

    /// <summary>The likeliest label.</summary>
    public static string Best(TextClassifier classifier, string query) => classifier.Labels[TextClassifier.Best(classifier.Classify(query))];

    /// <summary>Of each label the same share, one at least, and never all.</summary>
    private static HashSet<int> HoldOut(IReadOnlyList<(string Query, string Label)> examples, double share) =>
    [
        .. Shuffled(examples.Count, 0).GroupBy(number => examples[number].Label)
            .SelectMany(label => label.Take(Math.Clamp((int)(label.Count() * share), 1, label.Count() - 1))),
    ];

    private static TextClassifier Learn(IReadOnlyList<(string Query, string Label)> examples, int mostWeights, CancellationToken cancellationToken)
    {
        var learner = new LabelLearner(examples, BatchSize, mostWeights);
        var (step, steps) = (0, Epochs * ((examples.Count + BatchSize - 1) / BatchSize));
        for (var epoch = 1; epoch <= Epochs; epoch++)
        {
            foreach (var batch in Shuffled(examples.Count, epoch).Chunk(BatchSize))
            {
                cancellationToken.ThrowIfCancellationRequested();
                learner.Learn(batch, 1 - ((float)step++ / steps));
            }
        }

        return learner.Classifier;
    }

    // The order only has to be repeatable; nothing depends on its being hard to guess.
#pragma warning disable CA5394
    private static int[] Shuffled(int count, int seed)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        new Random(seed).Shuffle(order);
        return order;
    }
#pragma warning restore CA5394
}
