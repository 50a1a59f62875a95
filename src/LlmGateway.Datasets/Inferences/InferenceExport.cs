using System.Text.Json;
using LlmGateway.Datasets.Storage;
using LlmGateway.Datasets.StoredCompletions;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.Inferences;

/// <summary>
/// Logged calls with their bodies as JSONL, a stream's answer assembled. No more than a page is in memory, and none is read
/// before the last was sent. A body that was not kept whole is null.
/// </summary>
internal sealed class InferenceExport(DatasetsDbContext context, string project, InferenceFilter filter, PageQuery query, Guid? after) : IResult
{
    /// <summary>Most calls of one export.</summary>
    public const int MaxCalls = 1_000_000;

    /// <summary>Calls whose bodies, at most 2 MB each, are in memory at a time.</summary>
    private const int PageCalls = 100;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var cancellationToken = httpContext.RequestAborted;
        using var lines = new JsonLinesWriter(httpContext.Response);
        var (last, left) = (after, query.Limit);
        while (left > 0 && await PageAsync(last, Math.Min(left, PageCalls), cancellationToken) is { Count: > 0 } page)
        {
            await WriteAsync(lines, page, cancellationToken);
            await lines.SendAsync(cancellationToken);
            (last, left) = (page[^1].Id, left - page.Count);
        }
    }

    /// <summary>A page takes one row more than it shows.</summary>
    private Task<List<Inference>> PageAsync(Guid? from, int calls, CancellationToken cancellationToken) =>
        filter.Page(context, project, query with { Limit = calls - 1 }, from).ToListAsync(cancellationToken);

    private async Task WriteAsync(JsonLinesWriter lines, List<Inference> page, CancellationToken cancellationToken)
    {
        var ids = page.Select(call => call.Id).ToArray();
        var bodies = await context.Bodies.AsNoTracking().Where(body => ids.Contains(body.Id)).ToDictionaryAsync(body => body.Id, cancellationToken);
        var metadata = await context.LoadMetadataAsync(ids, cancellationToken);
        foreach (var call in page)
        {
            var kept = bodies.GetValueOrDefault(call.Id);
            using var request = StoredJson.Parse(BodyCodec.Unpack(kept?.Request ?? []));
            using var response = StoredJson.Parse(CompletionWriter.ReadAnswer(call, kept));
            var view = InferenceView.Of(call, metadata[call.Id]) with { Request = Root(request), Response = Root(response) };
            lines.Write(writer => JsonSerializer.Serialize(writer, view, DatasetsJsonContext.Default.InferenceView));
        }
    }

    private static JsonElement Root(JsonDocument? body) => body?.RootElement ?? JsonElement.Parse("null");
}
