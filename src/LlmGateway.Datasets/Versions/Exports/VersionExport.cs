using LlmGateway.Datasets.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.Versions.Exports;

/// <summary>A version as JSONL, page by page: no more than a page is in memory, and none is read before the last was sent.</summary>
internal sealed class VersionExport(DatasetsDbContext context, DatasetVersion version, string? split, ExportFormat format) : IResult
{
    /// <summary>Tells which version it is, for those who asked for the latest.</summary>
    public const string VersionHeader = "x-llmgateway-dataset-version";

    private const int PageItems = 200;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (response, cancellationToken) = (httpContext.Response, httpContext.RequestAborted);
        response.Headers[VersionHeader] = version.Id;
        response.Headers.ContentDisposition = $"attachment; filename=\"{version.DatasetId}-v{version.Number}{(split is null ? "" : "-" + split)}.jsonl\"";
        using var lines = new JsonLinesWriter(response);
        for (var page = await PageAsync(-1, cancellationToken); page is [.., var last]; page = await PageAsync(last.Place, cancellationToken))
        {
            page.ForEach(item => lines.Write(writer => format.Write(writer, item)));
            await lines.SendAsync(cancellationToken);
        }
    }

    private Task<List<DatasetItem>> PageAsync(int after, CancellationToken cancellationToken) => context.ItemsOf(version, split)
        .Where(item => item.Place > after).OrderBy(item => item.Place).Take(PageItems).ToListAsync(cancellationToken);
}
