using LlmGateway.Gateway.SemanticCaching.Caches;

namespace LlmGateway.Gateway.SemanticCaching.Entries;

/// <summary>Where entries are kept and found.</summary>
internal interface ISemanticEntries
{
    /// <summary>The most similar live entries of a partition, the nearest first.</summary>
    /// <param name="query">Where, and what for.</param>
    /// <param name="cancellationToken">Ends the search; a copy that is being made goes on being made.</param>
    /// <returns>None when none is similar enough to be of interest.</returns>
    Task<IReadOnlyList<SemanticMatch>> FindAsync(SemanticQuery query, CancellationToken cancellationToken);

    /// <summary>Adds an entry, in place of the one that it replaces.</summary>
    Task AddAsync(NewSemanticEntry added, CancellationToken cancellationToken);

    /// <summary>Removes entries of a cache.</summary>
    /// <returns>How many.</returns>
    Task<int> RemoveAsync(SemanticCache cache, EntryFilter filter, CancellationToken cancellationToken);

    /// <summary>Notes that an entry was used, so that it is not the first to go.</summary>
    Task NoteUseAsync(string entryId, CancellationToken cancellationToken);
}

/// <param name="Cache">The cache.</param>
/// <param name="Partition">The partition; no other is looked at.</param>
/// <param name="Vector">The question's vector, of length 1.</param>
/// <param name="AtLeast">Least similarity of the nearest that is of interest.</param>
internal readonly record struct SemanticQuery(SemanticCache Cache, string Partition, float[] Vector, double AtLeast)
{
    /// <summary>Entries that compete with the nearest one, where the cache looks at them.</summary>
    private const int Neighbours = 4;

    /// <summary>Entries to find.</summary>
    public int Count => Cache.Policy.Margin > 0 ? 1 + Neighbours : 1;
}

/// <param name="Entry">What was found.</param>
/// <param name="Similarity">Cosine similarity, at most 1.</param>
internal sealed record SemanticMatch(SemanticEntry Entry, double Similarity);

/// <param name="Cache">The cache as it was when the call began.</param>
/// <param name="Partition">Where it belongs.</param>
/// <param name="Entry">The entry.</param>
/// <param name="Replaces">An entry with the same question; null for none.</param>
internal sealed record NewSemanticEntry(SemanticCache Cache, SemanticPartition Partition, SemanticEntry Entry, string? Replaces);

/// <summary>Which entries of a cache; those that match all that is given.</summary>
internal sealed record EntryFilter(string? Id, string? Partition, string? PromptId, int? PromptVersion)
{
    public static readonly EntryFilter All = new(null, null, null, null);

    public bool Matches(SemanticEntry entry) =>
        (Id is null || entry.Id == Id) && (Partition is null || entry.Partition == Partition)
        && (PromptId is null || entry.PromptId == PromptId) && (PromptVersion is null || entry.PromptVersion == PromptVersion);
}
