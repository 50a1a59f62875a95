using LlmGateway.Datasets.Annotations;
using LlmGateway.Datasets.Catalog;
using LlmGateway.Datasets.Files;
using LlmGateway.Datasets.Storage;
using LlmGateway.Datasets.Versions.Imports;
using LlmGateway.Datasets.Versions.Sources;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.Versions;

/// <summary>Opens the source that a request names.</summary>
internal sealed class VersionSources(DatasetsDbContext context, IFileStore files, CallSources calls, TimeProvider time)
{
    /// <exception cref="ApiException">There is no such file or queue (404), or the filter is malformed (400).</exception>
    public async Task<IItemSource> OpenAsync(Dataset dataset, VersionSource source, CancellationToken cancellationToken)
    {
        var items = source.Type == VersionSource.Dropped
            ? await OpenDroppedAsync(dataset, source, cancellationToken)
            : await OpenAsync(dataset.ProjectId, source, cancellationToken);
        if (source.Append is null)
        {
            return items;
        }

        var latest = await context.VersionsOf(dataset.ProjectId, dataset.Id).OrderByDescending(row => row.Number).FirstOrDefaultAsync(cancellationToken);
        return new AppendedSource(context, latest, items, replace: source.Append == VersionSource.Replace);
    }

    private async Task<IItemSource> OpenDroppedAsync(Dataset dataset, VersionSource source, CancellationToken cancellationToken)
    {
        var version = await context.FindVersionAsync(dataset.ProjectId, dataset.Id, source.Version!, cancellationToken, "source.version");
        var reasons = await context.DropsOf(version).Select(drop => drop.Reason).Distinct().OrderBy(reason => reason).ToListAsync(cancellationToken);
        if (source.Reasons?.Except(reasons).FirstOrDefault() is { } unknown)
        {
            throw new ApiException(ApiErrors.BadRequest(
                reasons.Count == 0
                    ? $"Curation left nothing out of version {version.Number}."
                    : $"Invalid 'source.reasons': for the reason '{unknown}' curation left nothing out of version {version.Number}; there are {string.Join(", ", reasons)}.",
                "source.reasons"));
        }

        return new DroppedSource(context, version, source.Reasons);
    }

    private async Task<IItemSource> OpenAsync(string project, VersionSource source, CancellationToken cancellationToken)
    {
        switch (source.Type)
        {
            case VersionSource.File:
                return FileImport.Open(files, await context.FindFileAsync(project, source.FileId!, time.GetUtcNow(), cancellationToken, "source.file_id"), source);
            case VersionSource.Annotations:
                return new LabelSource(context, await context.FindQueueAsync(project, source.QueueId!, cancellationToken, "source.queue_id"));
            default:
                return await calls.OpenAsync(project, source, cancellationToken);
        }
    }
}
