using System.Text.Json;
using LlmGateway.Evaluation.Sampling;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Sources;

/// <summary>
/// Ours: <c>{"type": "dataset", "dataset_id", "version", "split"}</c>. An item has <c>input</c>, <c>reference</c> and
/// <c>metadata</c>. The version is the latest where none is named, and the run is pinned to what that was.
/// </summary>
internal sealed class DatasetSource(string dataset, string version, string? split, string field) : IItemSource
{
    /// <summary>Tells which version <c>latest</c> was.</summary>
    public const string VersionHeader = "x-llmgateway-dataset-version";

    public const string Latest = "latest";

    public string? Id => dataset;

    public bool HasMessages => true;

    public bool AreCalls => false;

    public string Version => version;

    /// <summary>Where Datasets has its items: the same for the same version and split.</summary>
    public string Path =>
        $"/v1/datasets/{Uri.EscapeDataString(dataset)}/versions/{Uri.EscapeDataString(version)}/export?format=items{(split is null ? "" : $"&split={Uri.EscapeDataString(split)}")}";

    public static DatasetSource Read(JsonFields fields)
    {
        fields.Only("type", "dataset_id", "version", "split");
        return ReadNamed(fields);
    }

    /// <summary>Reads the dataset that an object names beside fields of its own.</summary>
    public static DatasetSource ReadNamed(JsonFields fields) =>
        new(fields.Text("dataset_id", 200), fields.FindText("version", 200) ?? Latest, fields.FindText("split", 200), fields.At("dataset_id"));

    /// <summary>The newest version of a dataset, or a named one after an <c>@</c>, as replays name it.</summary>
    public static DatasetSource Named(string name, string field)
    {
        var at = name.IndexOf('@', StringComparison.Ordinal);
        return at < 0 ? new DatasetSource(name, Latest, null, field) : new DatasetSource(name[..at], name[(at + 1)..], null, field);
    }

    public async Task<string?> CheckAsync(DatasetsClient datasets, Caller caller, CancellationToken cancellationToken)
    {
        using var response = await datasets.OpenAsync(caller, Path, cancellationToken) ?? throw new ApiException(ApiErrors.NotFound(
            $"There is no dataset '{JsonFields.Shortened(dataset)}' with version '{JsonFields.Shortened(version)}'{(split is null ? "" : $" and split '{JsonFields.Shortened(split)}'")}.", field));
        return response.Headers.TryGetValues(VersionHeader, out var pinned) ? pinned.First() : null;
    }

    public IAsyncEnumerable<SourcedItem> ReadAsync(DatasetsClient datasets, Caller caller, CancellationToken cancellationToken) =>
        datasets.ReadLinesAsync(caller, Path, ReadItem, cancellationToken);

    /// <summary>The items as Datasets writes them, with their ids.</summary>
    public IAsyncEnumerable<SourcedItem> ReadLinesAsync(DatasetsClient datasets, Caller caller, CancellationToken cancellationToken) =>
        datasets.ReadLinesAsync(caller, Path, (line, index) => new SourcedItem(index, line.Clone(), null), cancellationToken);

    /// <summary>Without the id, so that the same content is the same item in every version.</summary>
    private static SourcedItem ReadItem(JsonElement line, int index)
    {
        if (line.ValueKind != JsonValueKind.Object || !line.TryGetProperty("input", out _))
        {
            throw new SourceException("expected an item with \"input\"");
        }

        return new SourcedItem(index, JsonText.Parse(JsonText.Write(writer => WriteItem(writer, line))), null);
    }

    private static void WriteItem(Utf8JsonWriter writer, JsonElement line)
    {
        writer.WriteStartObject();
        foreach (var name in (ReadOnlySpan<string>)["input", "reference", "metadata"])
        {
            if (line.TryGetProperty(name, out var value))
            {
                writer.WritePropertyName(name);
                value.WriteTo(writer);
            }
        }

        writer.WriteEndObject();
    }
}
