using LlmGateway.Datasets.Storage;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Datasets.Versions.Exports;

/// <summary>A version as a file, page by page: no page is read before the last was sent.</summary>
internal sealed class VersionExport(DatasetsDbContext context, DatasetVersion version, string? split, ExportFormat format) : IResult
{
    /// <summary>Tells which version it is, for those who asked for the latest.</summary>
    public const string VersionHeader = "x-llmgateway-dataset-version";

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (response, cancellationToken) = (httpContext.Response, httpContext.RequestAborted);
        response.Headers[VersionHeader] = version.Id;
        response.Headers.ContentDisposition =
            $"attachment; filename=\"{version.DatasetId}-v{version.Number}{(split is null ? "" : "-" + split)}.{format.Extension}\"";
        using var writer = format.Open(response);
        await foreach (var page in ItemContent.PagesOf(context, version, split, cancellationToken))
        {
            await writer.WriteAsync(page, cancellationToken);
        }

        await writer.CompleteAsync(cancellationToken);
    }
}
