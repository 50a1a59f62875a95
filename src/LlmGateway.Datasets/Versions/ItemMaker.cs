using System.Buffers.Binary;
using System.Globalization;
using LlmGateway.Datasets.Versions.Sources;
using LlmGateway.Service;

namespace LlmGateway.Datasets.Versions;

/// <summary>
/// Makes the items of one version out of drafts: names each, divides them, drops duplicates, and hashes. Of each item it
/// remembers a hash or two.
/// </summary>
internal sealed class ItemMaker(string versionId, SplitRule? split, bool dedupe, DropCounts dropped) : IDisposable
{
    private const int IdHexDigits = 24;

    private readonly ItemHash _hash = new();
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private readonly HashSet<UInt128> _inputs = [];
    private readonly Dictionary<UInt128, int> _repeats = [];
    private readonly SortedDictionary<string, int> _splits = new(StringComparer.Ordinal);

    /// <summary>Items so far.</summary>
    public int Count { get; private set; }

    public IReadOnlyDictionary<string, int> Splits => _splits;

    public string ContentHash => _hash.OfVersion();

    /// <summary>The next item, or null if it is dropped.</summary>
    /// <exception cref="ApiException">Its id was there before, or there are too many (400).</exception>
    public DatasetItem? Make(ItemDraft draft)
    {
        if (dedupe && !_inputs.Add(_hash.OfNormalisedInput(draft.Input)))
        {
            dropped.Add(DropCounts.DuplicateInput);
            return null;
        }

        if (Count == VersionRequest.MaxItems)
        {
            throw new ApiException(ApiErrors.BadRequest($"A version may have at most {VersionRequest.MaxItems} items.", "source", "too_many_items"));
        }

        var inputHash = _hash.OfInput(draft.Input);
        var name = draft.Split ?? split?.Of(draft, inputHash);
        if (name is not null)
        {
            _splits[name] = _splits.GetValueOrDefault(name) + 1;
        }

        var id = IdOf(draft, inputHash);
        return new DatasetItem
        {
            VersionId = versionId,
            Place = Count++,
            ItemId = id,
            Hash = _hash.Add(id, name, draft),
            Input = draft.Input.GetRawText(),
            Reference = draft.Reference?.GetRawText(),
            Metadata = draft.Metadata?.GetRawText(),
            Split = name,
            IsSupervised = ChatForm.IsSupervised(draft.Input, draft.Reference),
            InferenceId = draft.InferenceId,
            FeedbackId = draft.FeedbackId,
            Line = draft.Line,
        };
    }

    public void Dispose() => _hash.Dispose();

    /// <summary>The id of an item that is named by its input alone.</summary>
    /// <param name="inputHash">Of its input.</param>
    public static string IdOf(byte[] inputHash) => $"item_{Convert.ToHexStringLower(inputHash)[..IdHexDigits]}";

    /// <summary>The source's id; else one made from the input, and numbered where the input comes again.</summary>
    private string IdOf(ItemDraft draft, byte[] inputHash)
    {
        var id = draft.Id ?? $"{IdOf(inputHash)}{Repeat(inputHash)}";
        return _ids.Add(id) ? id : throw new ApiException(ApiErrors.BadRequest(
            $"{(draft.Line is { } line ? $"Line {line}: " : "")}the id '{id}' was there before, and nothing was made.", "source", "duplicate_id"));
    }

    private string Repeat(byte[] inputHash)
    {
        var key = BinaryPrimitives.ReadUInt128BigEndian(inputHash);
        var earlier = _repeats[key] = _repeats.GetValueOrDefault(key, -1) + 1;
        return earlier == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"_{earlier + 1}");
    }
}
