using System.Net.Http.Json;
using System.Text.Json;
using LlmGateway.Contracts.Datasets;
using LlmGateway.Evaluation.Runs;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Sources;

/// <summary>Keeps the versions of datasets that runs are pinned to: Datasets deletes none while a run reads it.</summary>
internal sealed class RunVersions(DatasetsClient datasets)
{
    /// <summary>The split of what models learn from.</summary>
    private const string Given = "train";

    /// <summary>Says which versions a run reads, before there is the run.</summary>
    /// <exception cref="ApiException">One was deleted meanwhile (404), or Datasets is away (503).</exception>
    public async Task KeepAsync(Run run, CancellationToken cancellationToken)
    {
        foreach (var (dataset, version, split) in PinnedIn(JsonText.Parse(run.DataSource)))
        {
            using var use = JsonContent.Create(new DatasetVersionUse(dataset, version, split, run.Id), EvaluationJson.TypeInfo<DatasetVersionUse>());
            await datasets.PostAsync(CallerOf(run.ProjectId), DatasetVersionUse.Path, use, cancellationToken);
        }
    }

    /// <summary>Lets go of the versions of a project's runs.</summary>
    /// <exception cref="ApiException">Datasets is away (503).</exception>
    public async Task ReleaseAsync(string project, IEnumerable<string> runs, CancellationToken cancellationToken)
    {
        foreach (var page in runs.Chunk(DatasetVersionUse.MaxUsers))
        {
            var query = string.Join('&', page.Select(run => $"{DatasetVersionUse.UsedByParameter}={Uri.EscapeDataString(run)}"));
            await datasets.DeleteAsync(CallerOf(project), $"{DatasetVersionUse.Path}?{query}", cancellationToken);
        }
    }

    private static Caller CallerOf(string project) => new(project, null, Scopes.Internal, Run.Purpose);

    /// <summary>
    /// A run's items, examples and passages each name a version where they come from one. What is given to the model is not what it is
    /// tested by: without a split it counts as read for training.
    /// </summary>
    private static IEnumerable<(string Dataset, string Version, string? Split)> PinnedIn(JsonElement value, bool isTested = true)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return [];
        }

        return value.TryGetProperty("dataset_id", out var dataset) && value.TryGetProperty("version", out var version)
            ? [(dataset.GetString()!, version.ToString(), value.TryGetProperty("split", out var split) && split.ValueKind == JsonValueKind.String ? split.GetString() : isTested ? null : Given)]
            : value.EnumerateObject().SelectMany(member => PinnedIn(member.Value, isTested && member.Name == "source"));
    }
}
