namespace LlmGateway.Text.Classification;

/// <param name="Loss">Mean negative logarithm of the right labels' probabilities.</param>
/// <param name="Accuracy">The share whose likeliest label was right.</param>
public readonly record struct LearningQuality(double Loss, double Accuracy);

/// <summary>
/// Learns a multinomial logistic regression by gradient descent on small batches, with label smoothing. One thread: the same
/// batches in the same order give the same classifier.
/// </summary>
public sealed class LabelLearner
{
    // Of 0 and .1: .896 and .899 on the held-out fifth of banking77's training questions, .838 and .845 on TREC's.
    private const float Smoothing = 0.1f;

    /// <summary>64 million weights, 256 MB.</summary>
    private const int MostWeights = 64 << 20;

    private const double LeastProbability = 1e-9;

    private readonly SparseText[] _texts;
    private readonly int[] _answers;
    private readonly SoftmaxWeights _weights;
    private readonly float[][] _outputs;

    /// <param name="examples">Texts with their labels, at least one.</param>
    /// <param name="batchSize">Examples in a batch at most.</param>
    /// <param name="mostWeights">Weights of four bytes; where there would be more, the rarest features are left out. The default is 64 Mi.</param>
    public LabelLearner(IReadOnlyList<(string Text, string Label)> examples, int batchSize, int mostWeights = MostWeights)
    {
        ArgumentNullException.ThrowIfNull(examples);
        string[] labels = [.. examples.Select(example => example.Label).Distinct(StringComparer.Ordinal)];
        var numbers = labels.Index().ToDictionary(label => label.Item, label => label.Index, StringComparer.Ordinal);
        var grams = examples.Select(example => TextGrams.Of(example.Text)).ToList();
        var vocabulary = Vocabulary.Build(grams, mostWeights / SoftmaxWeights.Stride(labels.Length));
        _texts = [.. grams.Select(vocabulary.Encode)];
        _answers = [.. examples.Select(example => numbers[example.Label])];
        _weights = new SoftmaxWeights(vocabulary.Rows, labels.Length);
        _outputs = [.. Enumerable.Range(0, batchSize).Select(_ => _weights.NewOutput())];
        Classifier = new TextClassifier(labels, vocabulary, _weights);
    }

    /// <summary>What is learned so far.</summary>
    public TextClassifier Classifier { get; }

    /// <summary>Examples.</summary>
    public int Count => _texts.Length;

    /// <summary>Learns from some examples at once, and says how well they were known before.</summary>
    /// <param name="batch">Numbers of the examples.</param>
    /// <param name="rate">The learning rate.</param>
    public LearningQuality Learn(ReadOnlySpan<int> batch, float rate)
    {
        // All are predicted before any is learned: the order within a batch makes no difference.
        var (loss, right) = (0.0, 0);
        for (var i = 0; i < batch.Length; i++)
        {
            var (output, answer) = (_outputs[i], _answers[batch[i]]);
            _weights.Predict(_texts[batch[i]], output);
            loss -= Math.Log(Math.Max(output[answer], LeastProbability));
            right += TextClassifier.Best(output) == answer ? 1 : 0;
            TurnIntoGradient(output, answer);
        }

        for (var i = 0; i < batch.Length; i++)
        {
            _weights.Learn(_texts[batch[i]], _outputs[i], rate);
        }

        return new LearningQuality(loss / batch.Length, (double)right / batch.Length);
    }

    private void TurnIntoGradient(float[] output, int answer)
    {
        var labels = Classifier.Labels.Count;
        for (var label = 0; label < labels; label++)
        {
            output[label] -= Smoothing / labels;
        }

        output[answer] -= 1 - Smoothing;
    }
}
