using System.Text.Json;
using LlmGateway.Service;

namespace LlmGateway.Datasets.Catalog;

/// <summary>A dataset on the wire.</summary>
internal sealed record DatasetView(
    string Id,
    string Name,
    string? Description,
    IReadOnlyDictionary<string, string> Metadata,
    long CreatedAt,
    bool Archived,
    int? LatestVersion,
    JsonElement? InputSchema,
    JsonElement? ReferenceSchema)
{
    public string Object { get; } = "dataset";

    public static DatasetView Of(Dataset row) => new(
        row.Id,
        row.Name,
        row.Description,
        JsonSerializer.Deserialize(row.Metadata, DatasetsJsonContext.Default.DictionaryStringString)!,
        UnixMicros.ToSeconds(row.CreatedAtMicros),
        row.ArchivedAtMicros is not null,
        row.LastVersion > 0 ? row.LastVersion : null,
        row.InputSchema is { } input ? JsonElement.Parse(input) : null,
        row.ReferenceSchema is { } reference ? JsonElement.Parse(reference) : null);
}
