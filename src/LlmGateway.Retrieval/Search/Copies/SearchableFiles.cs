using System.Collections.Immutable;
using System.Text.Json;
using LlmGateway.Service;

namespace LlmGateway.Retrieval.Search;

/// <summary>A file that can be found.</summary>
/// <param name="RowId">Its row in the store.</param>
/// <param name="FileId">The file.</param>
/// <param name="Name">Its name.</param>
/// <param name="Attributes">A JSON object of texts, numbers and booleans.</param>
internal sealed record SearchableFile(string RowId, string FileId, string Name, JsonElement Attributes);

/// <summary>A process's copy of which files of a store can be found, so that filters need no query.</summary>
/// <param name="Version">The version of the store that it is of.</param>
/// <param name="Files">By their rows.</param>
internal sealed record SearchableFiles(long Version, ImmutableDictionary<string, SearchableFile> Files) : IStoreCopy
{
    private const int BytesOfFile = 600;

    // Kinds of values by attribute, over all files.
    private readonly Lazy<Dictionary<string, HashSet<JsonValueKind>>> _kinds = new(() =>
    {
        var kinds = new Dictionary<string, HashSet<JsonValueKind>>(StringComparer.Ordinal);
        foreach (var attribute in Files.Values.SelectMany(file => file.Attributes.EnumerateObject()))
        {
            if (!kinds.TryGetValue(attribute.Name, out var known))
            {
                kinds[attribute.Name] = known = [];
            }

            known.Add(ComparisonFilter.KindOf(attribute.Value));
        }

        return kinds;
    });

    public long SizeBytes => BytesOfFile * (long)Files.Count;

    /// <summary>The rows of the files that a filter passes.</summary>
    /// <exception cref="ApiException">It asks for an attribute that no file has, or for another type than the files' (400).</exception>
    public IReadOnlySet<string> Pass(AttributeFilter filter)
    {
        if (Files.Count > 0)
        {
            filter.Check(_kinds.Value);
        }

        return Files.Values.Where(file => filter.Matches(file.Attributes)).Select(file => file.RowId).ToHashSet(StringComparer.Ordinal);
    }
}
