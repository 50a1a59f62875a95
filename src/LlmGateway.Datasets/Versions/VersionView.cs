using System.Text.Json;
using System.Text.Json.Serialization;
using LlmGateway.Service;

namespace LlmGateway.Datasets.Versions;

/// <summary>A version on the wire.</summary>
internal sealed record VersionView(
    string Id,
    string DatasetId,
    int Version,
    string Status,
    string ContentHash,
    int ItemCount,
    IReadOnlyDictionary<string, int> Splits,
    IReadOnlyDictionary<string, int> Dropped,
    JsonElement Report,
    JsonElement Request,
    long CreatedAt)
{
    public string Object { get; } = "dataset.version";

    /// <summary>That a request made no version, since this one had the content: what it left out and found is the request's all the same.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Existing { get; init; }

    /// <param name="row">A completed version.</param>
    public static VersionView Of(DatasetVersion row) => new(
        row.Id,
        row.DatasetId,
        row.Number!.Value,
        row.Status,
        row.ContentHash!,
        row.Items,
        Read(row.Splits),
        Read(row.Dropped),
        JsonElement.Parse(row.Report),
        JsonElement.Parse(row.Request),
        UnixMicros.ToSeconds(row.CreatedAtMicros));

    private static IReadOnlyDictionary<string, int> Read(string counts) =>
        JsonSerializer.Deserialize(counts, DatasetsJsonContext.Default.IReadOnlyDictionaryStringInt32)!;
}

/// <summary>An item on the wire. <see cref="Input"/>, <see cref="Reference"/> and <see cref="Metadata"/> are as their source wrote them.</summary>
internal sealed record ItemView(
    string Id,
    JsonElement Input,
    JsonElement? Reference,
    JsonElement? Metadata,
    string? Split,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JsonElement? Rejected)
{
    public static ItemView Of(DatasetItem row)
    {
        var draft = row.ToDraft();
        return new(row.ItemId, draft.Input, draft.Reference, draft.Metadata, row.Split, draft.Rejected);
    }
}

/// <summary>An item with where it came from, as lists show it.</summary>
internal sealed record ListedItemView(
    string Id,
    JsonElement Input,
    JsonElement? Reference,
    JsonElement? Metadata,
    string? Split,
    Guid? InferenceId,
    string? FeedbackId,
    int? Line,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JsonElement? Rejected)
{
    public string Object { get; } = "dataset.item";

    public static ListedItemView Of(DatasetItem row)
    {
        var item = ItemView.Of(row);
        return new(item.Id, item.Input, item.Reference, item.Metadata, item.Split, row.InferenceId, row.FeedbackId, row.Line, item.Rejected);
    }
}
