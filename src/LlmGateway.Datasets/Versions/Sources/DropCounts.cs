namespace LlmGateway.Datasets.Versions.Sources;

/// <summary>How often something was left out, by the reason.</summary>
internal sealed class DropCounts
{
    /// <summary>An earlier item has the same input but for case and white space.</summary>
    public const string DuplicateInput = "duplicate_input";

    /// <summary>The call's bodies were cut, or are no conversation.</summary>
    public const string UnreadableBody = "unreadable_body";

    /// <summary>The answer has no message.</summary>
    public const string NoOutput = "no_output";

    private readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, int> Counts => _counts;

    public void Add(string reason) => _counts[reason] = _counts.GetValueOrDefault(reason) + 1;
}
