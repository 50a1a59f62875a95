using System.Text.Json;
using LlmGateway.Evaluation.Runs;
using LlmGateway.Evaluation.Sources;
using LlmGateway.Evaluation.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Evaluation.SavedItems;

/// <summary>
/// Adds items of a run to a dataset as a new version of it. An input that the dataset has stays as it is, so that saving again adds
/// nothing.
/// </summary>
internal sealed class ItemSaving(EvaluationDbContext store, DatasetsClient datasets)
{
    private const string FileName = "items.jsonl";

    /// <summary>Seconds; the version has the items, and the file is no longer needed.</summary>
    private const string FileLifetime = "3600";

    /// <exception cref="ApiException">The run has no such items (400), there is no such dataset (404), or Datasets is away (503).</exception>
    public async Task<SavedItemsView> SaveAsync(Run run, SaveRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var items = store.OutputItems.AsNoTracking().Where(item => item.RunId == run.Id && (request.Status == SaveRequest.Any ? item.Status != ItemStatus.Pending : item.Status == request.Status));
        var count = await items.CountAsync(cancellationToken);
        if (count == 0)
        {
            throw JsonFields.Invalid($"The run '{run.Id}', which is {run.Status}, has no items with status '{request.Status}'.", "status");
        }

        var dataset = request.DatasetId ?? await FindOrMakeAsync(request.DatasetName!, caller, cancellationToken);
        var file = await UploadAsync(new SavedLines(run, items, request), caller, cancellationToken);
        var version = await PostAsync(caller, $"/v1/datasets/{Uri.EscapeDataString(dataset)}/versions", writer => WriteVersion(writer, file), cancellationToken);
        var added = AddedBy(version, file, count);
        return new SavedItemsView(
            dataset, version.GetProperty("id").GetString()!, version.GetProperty("version").GetInt32(), request.Split, count, added, count - added);
    }

    /// <summary>A version that another file made says that ours had nothing new.</summary>
    private static int AddedBy(JsonElement version, string file, int count) =>
        version.GetProperty("request").GetProperty("source").TryGetProperty("file_id", out var made) && made.GetString() == file
            ? count - (version.GetProperty("dropped").TryGetProperty("already_there", out var known) ? known.GetInt32() : 0)
            : 0;

    private async Task<string> FindOrMakeAsync(string name, Caller caller, CancellationToken cancellationToken)
    {
        for (var after = ""; ;)
        {
            var page = await datasets.FindAsync(caller, $"/v1/datasets?limit=100{after}", cancellationToken) ?? throw new InvalidOperationException("Datasets refused a list.");
            foreach (var dataset in page.GetProperty("data").EnumerateArray().Where(dataset => dataset.GetProperty("name").GetString() == name))
            {
                return dataset.GetProperty("id").GetString()!;
            }

            if (!page.GetProperty("has_more").GetBoolean())
            {
                return (await PostAsync(caller, "/v1/datasets", writer => WriteDataset(writer, name), cancellationToken)).GetProperty("id").GetString()!;
            }

            after = $"&after={page.GetProperty("last_id").GetString()}";
        }
    }

    private async Task<string> UploadAsync(SavedLines lines, Caller caller, CancellationToken cancellationToken)
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent("evals"), "purpose" },
            { new StringContent("created_at"), "expires_after[anchor]" },
            { new StringContent(FileLifetime), "expires_after[seconds]" },
            { lines, "file", FileName },
        };
        return (await datasets.PostAsync(caller, "/v1/files", form, cancellationToken)).GetProperty("id").GetString()!;
    }

    private async Task<JsonElement> PostAsync(Caller caller, string path, Action<Utf8JsonWriter> write, CancellationToken cancellationToken)
    {
        using var body = new ReadOnlyMemoryContent(JsonText.WriteBytes(write));
        body.Headers.ContentType = new("application/json");
        return await datasets.PostAsync(caller, path, body, cancellationToken);
    }

    private static void WriteDataset(Utf8JsonWriter writer, string name)
    {
        writer.WriteStartObject();
        writer.WriteString("name", name);
        writer.WriteEndObject();
    }

    private static void WriteVersion(Utf8JsonWriter writer, string file)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("source");
        writer.WriteString("type", "file");
        writer.WriteString("file_id", file);
        writer.WriteString("append", "keep");
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}

/// <summary>What became of the items.</summary>
/// <param name="DatasetId">The dataset.</param>
/// <param name="VersionId">Its version that has them.</param>
/// <param name="Version">The version's number.</param>
/// <param name="Split">Their split; null for none.</param>
/// <param name="Items">Items of the run.</param>
/// <param name="Added">Those that are new in the dataset.</param>
/// <param name="AlreadyThere">Those whose input it had, or that came twice.</param>
internal sealed record SavedItemsView(string DatasetId, string VersionId, int Version, string? Split, int Items, int Added, int AlreadyThere)
{
    public string Object { get; } = "eval.run.saved_items";
}
