using LlmGateway.Statistics;

namespace LlmGateway.Retrieval.Routing;

/// <summary>How often a router was right about queries that it had not learned from.</summary>
/// <param name="Tested">Labelled queries that it was tested on.</param>
/// <param name="Accuracy">The share that it sent where the label says.</param>
/// <param name="Low">Of the accuracy's Wilson interval at 95 %.</param>
/// <param name="High">The interval's upper end.</param>
/// <param name="Baseline">The share of the most frequent label: what a router is right about that always says the same.</param>
/// <param name="Unanswered">Queries of which a model named no route; they count as wrong.</param>
/// <param name="ByLabel">Of each label that was tested, how many queries, and the share of them that was sent there.</param>
internal sealed record RouterReport(
    int Tested, double Accuracy, double Low, double High, double Baseline, int Unanswered, IReadOnlyDictionary<string, LabelReport> ByLabel)
{
    /// <param name="answers">Of each tested query the right label, and the one it was given, or null; at least one.</param>
    public static RouterReport Of(IReadOnlyList<(string Right, string? Given)> answers)
    {
        var right = answers.Count(answer => answer.Right == answer.Given);
        var interval = Proportion.Wilson(right, answers.Count);
        var labels = answers.GroupBy(answer => answer.Right).OrderBy(label => label.Key, StringComparer.Ordinal).ToDictionary(
            label => label.Key, label => new LabelReport(label.Count(), (double)label.Count(answer => answer.Given == answer.Right) / label.Count()));
        return new RouterReport(
            answers.Count,
            (double)right / answers.Count,
            interval.Low,
            interval.High,
            (double)labels.Values.Max(label => label.Tested) / answers.Count,
            answers.Count(answer => answer.Given is null),
            labels);
    }
}

/// <param name="Tested">Queries of the label.</param>
/// <param name="Recall">The share of them that was sent there.</param>
internal sealed record LabelReport(int Tested, double Recall);
