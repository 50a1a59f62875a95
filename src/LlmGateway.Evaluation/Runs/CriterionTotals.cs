using System.Runtime.InteropServices;

namespace LlmGateway.Evaluation.Runs;

/// <summary>The counts of one testing criterion. Scores are summed over what was scored: neither errors nor abstentions.</summary>
internal sealed class CriterionTotals
{
    /// <summary>The column of a confusion matrix for predictions that are none of the labels, which are never empty.</summary>
    public const string Unknown = "";

    public required string Name { get; init; }

    public int Passed { get; set; }

    public int Failed { get; set; }

    public int Errored { get; set; }

    public int Abstained { get; set; }

    public double ScoreSum { get; set; }

    /// <summary>Of a classification: items by their label, and by the predicted one; null for others.</summary>
    public Dictionary<string, Dictionary<string, int>>? Confusion { get; set; }

    /// <inheritdoc cref="RunTotals.Repetitions"/>
    public RepetitionTotals? Repetitions { get; set; }

    public void Add(ItemResult result)
    {
        if (result.Score is { } score)
        {
            ScoreSum += score;
            _ = result.Passed == true ? Passed++ : Failed++;
        }
        else
        {
            _ = result.Error is null ? Abstained++ : Errored++;
        }

        if (result.Labels is { } labels)
        {
            Count(labels.Actual, labels.Predicted ?? Unknown, 1);
        }
    }

    /// <summary>Adds an item's results by this criterion, which <see cref="Add"/> has counted one by one.</summary>
    public void AddRepetitions(IEnumerable<ItemResult> results) => (Repetitions ??= new RepetitionTotals()).Add(
        [.. results.Where(result => result.Score is not null).Select(result => (result.Passed == true, result.Score!.Value))]);

    /// <summary>Adds what was counted elsewhere of other items.</summary>
    public void Merge(CriterionTotals other)
    {
        Passed += other.Passed;
        Failed += other.Failed;
        Errored += other.Errored;
        Abstained += other.Abstained;
        ScoreSum += other.ScoreSum;
        Repetitions = RepetitionTotals.Sum(Repetitions, other.Repetitions);
        foreach (var (actual, row) in other.Confusion ?? [])
        {
            foreach (var (predicted, count) in row)
            {
                Count(actual, predicted, count);
            }
        }
    }

    private void Count(string actual, string predicted, int count)
    {
        Confusion ??= [];
        ref var row = ref CollectionsMarshal.GetValueRefOrAddDefault(Confusion, actual, out _);
        row ??= [];
        CollectionsMarshal.GetValueRefOrAddDefault(row, predicted, out _) += count;
    }
}
