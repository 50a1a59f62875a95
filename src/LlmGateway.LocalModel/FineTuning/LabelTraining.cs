using LlmGateway.OpenAI;
using LlmGateway.Text.Classification;

namespace LlmGateway.LocalModel;

/// <summary>
/// Trains a classifier of labels, in an order that the seed alone decides: the same file gives the same model.
/// </summary>
internal sealed class LabelTraining
{
    private const double LeastProbability = 1e-9;

    private readonly TrainingSettings _settings;
    private readonly LabelLearner _learner;
    private readonly SparseText[] _validTexts;
    private readonly int[] _validAnswers;

    public LabelTraining(IReadOnlyList<Example> examples, IReadOnlyList<Example> validation, TrainingSettings settings)
    {
        _settings = settings;
        _learner = new LabelLearner([.. examples.Select(example => (example.Input, example.Output))], settings.BatchSize);
        Model = new LabelModel(_learner.Classifier);
        var numbers = Model.Labels.Index().ToDictionary(label => label.Item, label => label.Index, StringComparer.Ordinal);
        _validTexts = [.. validation.Select(example => _learner.Classifier.Encode(example.Input))];
        _validAnswers = [.. validation.Select(example => numbers.GetValueOrDefault(example.Output, -1))];
    }

    /// <summary>The model, which learns while <see cref="Run"/> is enumerated.</summary>
    public LabelModel Model { get; }

    /// <summary>Trains, a step for each item that is taken.</summary>
    public IEnumerable<TrainingStep> Run()
    {
        // The order only has to be repeatable; nothing depends on its being hard to guess.
#pragma warning disable CA5394
        var random = new Random((int)(_settings.Seed % int.MaxValue));
        int[] order = [.. Enumerable.Range(0, _learner.Count)];
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
            var train = _learner.Learn(order.AsSpan()[(batch * _settings.BatchSize)..end], rate);
            yield return new TrainingStep(number, count, ((number - 1) / batches) + 1, batch == batches - 1, Measure(number, train, batch == batches - 1));
        }
#pragma warning restore CA5394
    }

    private FineTuningMetrics Measure(int step, LearningQuality train, bool endsEpoch)
    {
        LearningQuality? valid = _validTexts.Length == 0 ? null : Validate((step - 1) * _settings.BatchSize, _settings.BatchSize);
        LearningQuality? full = _validTexts.Length == 0 || !endsEpoch ? null : Validate(0, _validTexts.Length);
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

    // A label that no training example has cannot be learned: it counts as wrong.
    private LearningQuality Validate(int first, int count)
    {
        count = Math.Min(count, _validTexts.Length);
        var (loss, right) = (0.0, 0);
        for (var i = 0; i < count; i++)
        {
            var at = (first + i) % _validTexts.Length;
            var output = _learner.Classifier.Classify(_validTexts[at]);
            var answer = _validAnswers[at];
            loss -= Math.Log(answer < 0 ? LeastProbability : Math.Max(output[answer], LeastProbability));
            right += TextClassifier.Best(output) == answer ? 1 : 0;
        }

        return new LearningQuality(loss / count, (double)right / count);
    }
}
