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

    /// <param name="row">The dataset.</param>
    /// <param name="latest">The number of its latest version; null for none.</param>
    public static DatasetView Of(Dataset row, int? latest) => new(
        row.Id,
        row.Name,
        row.Description,
        JsonSerializer.Deserialize(row.Metadata, DatasetsJsonContext.Default.DictionaryStringString)!,
        UnixMicros.ToSeconds(row.CreatedAtMicros),
        row.ArchivedAtMicros is not null,
        latest,
        row.InputSchema is { } input ? JsonElement.Parse(input) : null,
        row.ReferenceSchema is { } reference ? JsonElement.Parse(reference) : null);
}
