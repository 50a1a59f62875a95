using System.Text.Json;
using LlmGateway.Datasets.Inferences;
using LlmGateway.Datasets.Storage;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.Ledger;

/// <summary>The ledger of the caller's project, newest first: every call of a provider and what it cost.</summary>
internal static class LedgerEndpoints
{
    public static void MapLedger(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/ledger", ListAsync).WithName("ListLedger").WithSummary("List what each call of a provider used and cost");
        routes.MapGet("/v1/ledger/export", Export).WithName("ExportLedger").WithSummary("Export the ledger as JSON lines");
    }

    private static async Task<IResult> ListAsync(HttpContext http, DatasetsDbContext context, CancellationToken cancellationToken)
    {
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: true);
        var found = await LedgerFilter.Read(http.Request.Query)
            .Page(context, http.Caller().ProjectId, page, ReadPlace(page)).ToListAsync(cancellationToken);
        return TypedResults.Json(found.ToPage(page.Limit, LedgerEntryView.Of, row => new LedgerPlace(row.InferenceId, row.Attempt).ToString()), DatasetsJsonContext.Default.ListPageLedgerEntryView);
    }

    private static LedgerExport Export(HttpContext http, DatasetsDbContext context)
    {
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: true, LedgerExport.MaxEntries, LedgerExport.MaxEntries);
        return new LedgerExport(context, http.Caller().ProjectId, LedgerFilter.Read(http.Request.Query), page, ReadPlace(page));
    }

    /// <summary>A place need not exist: an entry that has been deleted meanwhile is one too.</summary>
    private static LedgerPlace? ReadPlace(PageQuery page) =>
        page.After is not { } text ? null : LedgerPlace.Parse(text) ?? throw InferenceLookup.UnknownAfter(text);
}

/// <summary>Entries as JSON lines; no more than a page is in memory, and none is read before the last was sent.</summary>
internal sealed class LedgerExport(DatasetsDbContext context, string project, LedgerFilter filter, PageQuery query, LedgerPlace? after) : IResult
{
    /// <summary>Most entries of one export.</summary>
    public const int MaxEntries = 10_000_000;

    private const int PageEntries = 1000;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var cancellationToken = httpContext.RequestAborted;
        using var lines = new JsonLinesWriter(httpContext.Response);
        var (last, left) = (after, query.Limit);
        while (left > 0 && await PageAsync(last, Math.Min(left, PageEntries), cancellationToken) is { Count: > 0 } page)
        {
            foreach (var entry in page)
            {
                lines.Write(writer => JsonSerializer.Serialize(writer, LedgerEntryView.Of(entry), DatasetsJsonContext.Default.LedgerEntryView));
            }

            await lines.SendAsync(cancellationToken);
            (last, left) = (new LedgerPlace(page[^1].InferenceId, page[^1].Attempt), left - page.Count);
        }
    }

    /// <summary>A page takes one row more than it shows.</summary>
    private Task<List<LedgerEntry>> PageAsync(LedgerPlace? from, int entries, CancellationToken cancellationToken) =>
        filter.Page(context, project, query with { Limit = entries - 1 }, from).ToListAsync(cancellationToken);
}
