using LlmGateway.OpenAI;

namespace LlmGateway.LocalModel;

/// <summary>
/// Trains a multinomial logistic regression by gradient descent on small batches, with label smoothing. One thread, in an
/// order that the seed alone decides: the same file gives the same model.
/// </summary>
internal sealed class LabelTraining
{
    // Of 0 and .1: .896 and .899 on the held-out fifth of banking77's training questions, .838 and .845 on TREC's.
    private const float Smoothing = 0.1f;

    /// <summary>64 million weights, 256 MB.</summary>
    private const int MostWeights = 64 << 20;
    private const double LeastProbability = 1e-9;

    private readonly TrainingSettings _settings;
    private readonly SparseText[] _texts;
    private readonly int[] _answers;
    private readonly SparseText[] _validTexts;
    private readonly int[] _validAnswers;
    private readonly SoftmaxWeights _weights;
    private readonly float[][] _outputs;

    public LabelTraining(IReadOnlyList<Example> examples, IReadOnlyList<Example> validation, TrainingSettings settings)
    {
        _settings = settings;
        string[] labels = [.. examples.Select(example => example.Output).Distinct(StringComparer.Ordinal)];
        var numbers = labels.Index().ToDictionary(label => label.Item, label => label.Index, StringComparer.Ordinal);
        var grams = examples.Select(example => TextGrams.Of(example.Input)).ToList();
        var vocabulary = Vocabulary.Build(grams, MostWeights / SoftmaxWeights.Stride(labels.Length));
        _texts = [.. grams.Select(vocabulary.Encode)];
        _answers = [.. examples.Select(example => numbers[example.Output])];
        _validTexts = [.. validation.Select(example => vocabulary.Encode(TextGrams.Of(example.Input)))];
        _validAnswers = [.. validation.Select(example => numbers.GetValueOrDefault(example.Output, -1))];
        _weights = new SoftmaxWeights(vocabulary.Rows, labels.Length);
        _outputs = [.. Enumerable.Range(0, settings.BatchSize).Select(_ => _weights.NewOutput())];
        Model = new LabelModel(labels, vocabulary, _weights);
    }

    /// <summary>The model, which learns while <see cref="Run"/> is enumerated.</summary>
    public LabelModel Model { get; }

    /// <summary>Trains, a step for each item that is taken.</summary>
    public IEnumerable<TrainingStep> Run()
    {
        // The order only has to be repeatable; nothing depends on its being hard to guess.
#pragma warning disable CA5394
        var random = new Random((int)(_settings.Seed % int.MaxValue));
        int[] order = [.. Enumerable.Range(0, _texts.Length)];
        var batches = (order.Length + _settings.BatchSize - 1) / _settings.BatchSize;
        var count = batches * _settings.Epochs;
        for (var number = 1; number <= count; number++)
        {
            var batch = (number - 1) % batches;
            if (batch == 0)
            {
                random.Shuffle(order);
            }

            var end = Math.Min(order.Length, (batch + 1) * _settings.BatchSize);
            var rate = (float)(_settings.LearningRateMultiplier * (1 - ((number - 1.0) / count)));
            var train = LearnBatch(order.AsSpan()[(batch * _settings.BatchSize)..end], rate);
            yield return new TrainingStep(number, count, ((number - 1) / batches) + 1, batch == batches - 1, Measure(number, train, batch == batches - 1));
        }
#pragma warning restore CA5394
    }

    private FineTuningMetrics Measure(int step, Quality train, bool endsEpoch)
    {
        Quality? valid = _validTexts.Length == 0 ? null : Validate((step - 1) * _settings.BatchSize, _settings.BatchSize);
        Quality? full = _validTexts.Length == 0 || !endsEpoch ? null : Validate(0, _validTexts.Length);
        return new FineTuningMetrics
        {
            Step = step,
            TrainLoss = train.Loss,
            TrainMeanTokenAccuracy = train.Accuracy,
            ValidLoss = valid?.Loss,
            ValidMeanTokenAccuracy = valid?.Accuracy,
            FullValidLoss = full?.Loss,
            FullValidMeanTokenAccuracy = full?.Accuracy,
        };
    }

    // All are predicted before any is learned: the order within a batch makes no difference.
    private Quality LearnBatch(ReadOnlySpan<int> batch, float rate)
    {
        var (loss, right) = (0.0, 0);
        for (var i = 0; i < batch.Length; i++)
        {
            var (output, answer) = (_outputs[i], _answers[batch[i]]);
            _weights.Predict(_texts[batch[i]], output);
            loss -= Math.Log(Math.Max(output[answer], LeastProbability));
            right += LabelModel.Best(output) == answer ? 1 : 0;
            TurnIntoGradient(output, answer);
        }

        for (var i = 0; i < batch.Length; i++)
        {
            _weights.Learn(_texts[batch[i]], _outputs[i], rate);
        }

        return new Quality(loss / batch.Length, (double)right / batch.Length);
    }

    private void TurnIntoGradient(float[] output, int answer)
    {
        var labels = Model.Labels.Count;
        for (var label = 0; label < labels; label++)
        {
            output[label] -= Smoothing / labels;
        }

        output[answer] -= 1 - Smoothing;
    }

    // A label that no training example has cannot be learned: it counts as wrong.
    private Quality Validate(int first, int count)
    {
        count = Math.Min(count, _validTexts.Length);
        var (loss, right, output) = (0.0, 0, _outputs[0]);
        for (var i = 0; i < count; i++)
        {
            var at = (first + i) % _validTexts.Length;
            _weights.Predict(_validTexts[at], output);
            var answer = _validAnswers[at];
            loss -= Math.Log(answer < 0 ? LeastProbability : Math.Max(output[answer], LeastProbability));
            right += LabelModel.Best(output) == answer ? 1 : 0;
        }

        return new Quality(loss / count, (double)right / count);
    }
}
