using System.Runtime.InteropServices;
using LlmGateway.Evaluation.Graders;

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

    public void Add(Grade grade)
    {
        if (grade.Score is { } score)
        {
            ScoreSum += score;
            _ = grade.Passed == true ? Passed++ : Failed++;
        }
        else
        {
            _ = grade.Error is null ? Abstained++ : Errored++;
        }

        if (grade.Labels is { } labels)
        {
            Count(labels.Actual, labels.Predicted ?? Unknown, 1);
        }
    }

    /// <summary>Adds what was counted elsewhere of other items.</summary>
    public void Merge(CriterionTotals other)
    {
        Passed += other.Passed;
        Failed += other.Failed;
        Errored += other.Errored;
        Abstained += other.Abstained;
        ScoreSum += other.ScoreSum;
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
