using LlmGateway.Datasets.Versions.Imports;
using LlmGateway.Datasets.Versions.Schemas;

namespace LlmGateway.Datasets.Versions.Sources;

/// <summary>How often something was left out, by the reason, and what there is to say of it.</summary>
internal sealed class DropCounts
{
    /// <summary>An earlier item has the same input but for case and white space.</summary>
    public const string DuplicateInput = "duplicate_input";

    /// <summary>The call's bodies were cut, or are no conversation.</summary>
    public const string UnreadableBody = "unreadable_body";

    /// <summary>The answer has no message.</summary>
    public const string NoOutput = "no_output";

    /// <summary>The dataset has an item with this id, or the source gave one before.</summary>
    public const string AlreadyThere = "already_there";

    /// <summary>More than a person would read.</summary>
    public const string TooLarge = "too_large";

    /// <summary>Of a pair, neither output is better.</summary>
    public const string Tie = "tie";

    /// <summary>A line of a file that cannot be used, where the caller wants the others.</summary>
    public const string BadLine = "bad_line";

    /// <summary>Not what the dataset's schemas ask for, where the caller wants the others.</summary>
    public const string SchemaMismatch = "schema_mismatch";

    private readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, int> Counts => _counts;

    /// <summary>What became of a file's lines; null for another source.</summary>
    public LineReport? Lines { get; set; }

    /// <summary>What the dataset's schemas found; null where it has none.</summary>
    public SchemaReport? Schema { get; set; }

    public void Add(string reason) => _counts[reason] = _counts.GetValueOrDefault(reason) + 1;
}
