using LlmGateway.Statistics;

namespace LlmGateway.Evaluation.Runs;

/// <summary>
/// What a classification's items say of the classifier; <see cref="ConfusionMatrix"/> gives the definitions. A value that is undefined,
/// such as the precision of a label that was never predicted, is null.
/// </summary>
/// <param name="Accuracy">The share of items whose label was predicted.</param>
/// <param name="Mcc">Matthews' correlation coefficient, −1 to 1.</param>
/// <param name="Macro">The plain mean over the labels that occur.</param>
/// <param name="Micro">All labels' decisions together.</param>
/// <param name="Weighted">The mean weighted by support.</param>
/// <param name="UnknownPredictions">Items whose prediction was none of the labels.</param>
/// <param name="Classes">Each label that occurs, in order.</param>
/// <param name="Confusion">A row for each of these labels, a column for each predicted one; unknown predictions are in none.</param>
internal sealed record ClassificationView(
    double? Accuracy,
    double? Mcc,
    AverageView? Macro,
    AverageView? Micro,
    AverageView? Weighted,
    long UnknownPredictions,
    IReadOnlyList<ClassView> Classes,
    IReadOnlyList<IReadOnlyList<long>> Confusion)
{
    public static ClassificationView? Of(CriterionTotals totals) => totals.Confusion is { } counts ? Of(counts) : null;

    private static ClassificationView Of(Dictionary<string, Dictionary<string, int>> counts)
    {
        string[] labels = [.. counts.Keys.Concat(counts.Values.SelectMany(row => row.Keys)).Where(label => label != CriterionTotals.Unknown).Distinct().Order(StringComparer.Ordinal)];
        var matrix = new ConfusionMatrix(labels.Length);
        foreach (var (actual, row) in counts)
        {
            foreach (var (predicted, count) in row)
            {
                matrix.Add(Array.IndexOf(labels, actual), predicted == CriterionTotals.Unknown ? null : Array.IndexOf(labels, predicted), count);
            }
        }

        var classes = Enumerable.Range(0, labels.Length);
        return new ClassificationView(
            matrix.Accuracy,
            matrix.MatthewsCorrelation,
            AverageView.Of(matrix.Macro),
            AverageView.Of(matrix.Micro),
            AverageView.Of(matrix.Weighted),
            matrix.Unknown,
            [.. classes.Select(index => ClassView.Of(labels[index], matrix.Class(index)))],
            [.. classes.Select(actual => (IReadOnlyList<long>)[.. classes.Select(predicted => matrix.Count(actual, predicted))])]);
    }
}

/// <summary>A mean over labels.</summary>
internal sealed record AverageView(double Precision, double Recall, double F1)
{
    public static AverageView? Of(AveragedScores? scores) => scores is { } known ? new AverageView(known.Precision, known.Recall, known.F1) : null;
}

/// <summary>One label: how many items are of it, how many were said to be, and how well that went.</summary>
internal sealed record ClassView(string Label, long Support, long Predicted, double? Precision, double? Recall, double? F1)
{
    public static ClassView Of(string label, ClassScores scores) =>
        new(label, scores.Actual, scores.Predicted, scores.Precision, scores.Recall, scores.F1);
}
