using LlmGateway.Evaluation.Graders;

namespace LlmGateway.Evaluation.Comparisons;

/// <summary>An item of a run with what it scored: the sums over its repetitions, which are one observation and not several.</summary>
/// <param name="key">What pairs it with the same item of another run.</param>
/// <param name="id">Of its first output item.</param>
/// <param name="index">Its place in the data.</param>
/// <param name="criteria">How many testing criteria are read.</param>
internal sealed class ScoredItem(string key, string id, int index, int criteria)
{
    private readonly CriterionScore[] _scores = new CriterionScore[criteria];
    private CriterionScore _whole;
    private MeasureMean _latencyMs;
    private MeasureMean _costUsd;
    private LabelPair?[]? _labels;

    public string Key => key;

    public string Id => id;

    public int Index => index;

    public int Repetitions { get; set; }

    /// <summary>By all graders together: a score of 1 where the item passed.</summary>
    public ref CriterionScore Whole => ref _whole;

    /// <summary>The mean over the repetitions for which it is known.</summary>
    public ref MeasureMean LatencyMs => ref _latencyMs;

    /// <inheritdoc cref="LatencyMs"/>
    public ref MeasureMean CostUsd => ref _costUsd;

    /// <summary>What a classification saw, in the last repetition; null for other criteria.</summary>
    public LabelPair? Labels(int criterion) => _labels?[criterion];

    public void SetLabels(int criterion, LabelPair labels) => (_labels ??= new LabelPair?[criteria])[criterion] = labels;

    /// <summary>By one criterion.</summary>
    public ref CriterionScore this[int criterion] => ref _scores[criterion];
}

/// <summary>An item's scores by one criterion.</summary>
internal struct CriterionScore
{
    private double _sum;
    private int _scored;
    private int _passed;
    private int _errored;

    /// <summary>The mean over the repetitions that have a score; null without one.</summary>
    public readonly double? Score => _scored == 0 ? null : _sum / _scored;

    /// <summary>The share of these that passed.</summary>
    public readonly double? PassRate => _scored == 0 ? null : (double)_passed / _scored;

    /// <summary>Whether a repetition has an error instead of a score.</summary>
    public readonly bool IsErrored => _errored > 0;

    public void AddScore(double score, bool passed)
    {
        _sum += score;
        _scored++;
        _passed += passed ? 1 : 0;
    }

    public void AddError() => _errored++;
}

/// <summary>A mean of what is known.</summary>
internal struct MeasureMean
{
    private double _sum;
    private int _count;

    public readonly double? Value => _count == 0 ? null : _sum / _count;

    /// <summary>Of what is known.</summary>
    public readonly double Sum => _sum;

    public void Add(double? value)
    {
        _sum += value ?? 0;
        _count += value is null ? 0 : 1;
    }
}
