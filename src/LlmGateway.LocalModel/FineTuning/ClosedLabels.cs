namespace LlmGateway.LocalModel;

/// <summary>Tells labels from free text.</summary>
internal static class ClosedLabels
{
    private const int MostLabels = 1000;
    private const int LongestLabel = 200;

    /// <summary>Whether the answers are labels: two to a thousand different short ones, each used twice or more on the average.</summary>
    public static bool Hold(IReadOnlyCollection<Example> examples)
    {
        var labels = examples.Select(example => example.Output).ToHashSet(StringComparer.Ordinal);
        return labels.Count is > 1 and <= MostLabels && labels.Count * 2 <= examples.Count && labels.All(label => label.Length <= LongestLabel);
    }
}
