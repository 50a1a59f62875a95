using LlmGateway.Service;

namespace LlmGateway.Retrieval.Examples;

/// <summary>A version of a dataset, or a part of it: <c>ds_…</c> for the latest, <c>ds_…@3</c> for a version by its number or id.</summary>
internal sealed record DatasetReference(string Id, string Version, string? Split)
{
    public const string Latest = "latest";
    private const int MaxLength = 200;
    private const int MaxSplit = 32;

    public bool IsPinned => Version != Latest;

    /// <exception cref="ApiException">It names none (400).</exception>
    public static DatasetReference Parse(string? text, string? split)
    {
        if (text is not { Length: > 0 and <= MaxLength })
        {
            throw new ApiException(ApiErrors.BadRequest("Missing required parameter: 'dataset', a dataset's id, with '@' and a version where it is not the latest.", "dataset"));
        }

        if (split?.Length > MaxSplit)
        {
            throw new ApiException(ApiErrors.BadRequest("Invalid 'split': expected train, validation or test.", "split"));
        }

        var at = text.IndexOf('@', StringComparison.Ordinal);
        return at < 0 ? new DatasetReference(text, Latest, split) : new DatasetReference(text[..at], text[(at + 1)..], split);
    }

    /// <summary>Where Datasets has the items of a version.</summary>
    public string PathOf(string version) =>
        $"/v1/datasets/{Uri.EscapeDataString(Id)}/versions/{Uri.EscapeDataString(version)}/export?format=items{(Split is null ? "" : $"&split={Uri.EscapeDataString(Split)}")}";
}
