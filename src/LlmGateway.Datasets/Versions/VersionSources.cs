using LlmGateway.Datasets.Feedback;
using LlmGateway.Datasets.Files;
using LlmGateway.Datasets.Storage;
using LlmGateway.Datasets.Versions.Sources;

namespace LlmGateway.Datasets.Versions;

/// <summary>Opens the source that a request names.</summary>
internal sealed class VersionSources(DatasetsDbContext context, IFileStore files, FeedbackMetrics metrics, TimeProvider time)
{
    /// <exception cref="Service.ApiException">There is no such file (404), or the filter is malformed (400).</exception>
    public async Task<IItemSource> OpenAsync(string project, VersionSource source, CancellationToken cancellationToken)
    {
        if (source.Type == VersionSource.File)
        {
            return new FileSource(files, await context.FindFileAsync(project, source.FileId!, time.GetUtcNow(), cancellationToken, "source.file_id"));
        }

        var selection = source.Filter ?? new InferenceSelection(null, null, null, null, null, null);
        var calls = await selection.ApplyAsync(context, metrics, project, cancellationToken);
        return new InferenceSource(context, project, calls, [.. selection.Metadata ?? []], source.Limit ?? VersionRequest.MaxItems);
    }
}
