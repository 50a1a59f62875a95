using System.Net.Http.Json;
using System.Text.Json;
using LlmGateway.Contracts.Datasets;
using LlmGateway.Evaluation.Runs;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Sources;

/// <summary>Keeps the versions of datasets that runs are pinned to: Datasets deletes none while a run reads it.</summary>
internal sealed class RunVersions(DatasetsClient datasets)
{
    /// <summary>Says which versions a run reads, before there is the run.</summary>
    /// <exception cref="ApiException">One was deleted meanwhile (404), or Datasets is away (503).</exception>
    public async Task KeepAsync(Run run, CancellationToken cancellationToken)
    {
        foreach (var pinned in PinnedIn(run.Id, JsonText.Parse(run.DataSource)))
        {
            using var use = JsonContent.Create(pinned, EvaluationJson.TypeInfo<DatasetVersionUse>());
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

    /// <summary>A run's items, examples and passages each name a version where they come from one. The model is tested by the first, and shown the others.</summary>
    private static IEnumerable<DatasetVersionUse> PinnedIn(string run, JsonElement value, string role = DatasetVersionUse.Tested)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return [];
        }

        return value.TryGetProperty("dataset_id", out var dataset) && value.TryGetProperty("version", out var version)
            ? [new DatasetVersionUse(dataset.GetString()!, version.ToString(), SplitOf(value), run, role)]
            : value.EnumerateObject().SelectMany(member => PinnedIn(run, member.Value, member.Name == "source" ? role : DatasetVersionUse.Shown));
    }

    private static string? SplitOf(JsonElement reference) =>
        reference.TryGetProperty("split", out var split) && split.ValueKind == JsonValueKind.String ? split.GetString() : null;
}
