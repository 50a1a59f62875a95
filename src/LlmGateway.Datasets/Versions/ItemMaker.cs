using LlmGateway.Service;

namespace LlmGateway.Datasets.Versions;

/// <summary>Makes the items of one version out of drafts that have their names: divides them, and hashes. Of each item it remembers the id.</summary>
internal sealed class ItemMaker(string versionId, SplitRule? split) : IDisposable
{
    private readonly ItemHash _hash = new();
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _splits = new(StringComparer.Ordinal);

    /// <summary>Items so far.</summary>
    public int Count { get; private set; }

    public IReadOnlyDictionary<string, int> Splits => _splits;

    public string ContentHash => _hash.OfVersion();

    /// <summary>The next item.</summary>
    /// <exception cref="ApiException">Its id was there before, or there are too many (400).</exception>
    public DatasetItem Make(ItemDraft draft)
    {
        if (Count == VersionRequest.MaxItems)
        {
            throw new ApiException(ApiErrors.BadRequest($"A version may have at most {VersionRequest.MaxItems} items.", "source", "too_many_items"));
        }

        var name = draft.Split ?? split?.Of(draft, _hash.OfInput(draft.Input));
        if (name is not null)
        {
            _splits[name] = _splits.GetValueOrDefault(name) + 1;
        }

        var id = IdOf(draft);
        return new DatasetItem(versionId, Count++, draft, name, _hash.Add(id, name, draft));
    }

    public void Dispose() => _hash.Dispose();

    private string IdOf(ItemDraft draft) => _ids.Add(draft.Id!) ? draft.Id! : throw new ApiException(ApiErrors.BadRequest(
        $"{(draft.Line is { } line ? $"Line {line}: " : "")}the id '{draft.Id}' was there before, and nothing was made.", "source", "duplicate_id"));
}
