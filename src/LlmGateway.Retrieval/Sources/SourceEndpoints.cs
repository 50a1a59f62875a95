using System.Text.Json;
using LlmGateway.OpenAI;
using LlmGateway.Retrieval.Storage;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Retrieval.Sources;

/// <summary>Databases and JSON services that a project's models may ask.</summary>
internal static class SourceEndpoints
{
    public static void MapSources(this IEndpointRouteBuilder routes)
    {
        var sources = routes.MapGroup("/v1/retrieval/sources");
        sources.MapPost("", CreateAsync).WithName("CreateSource").WithSummary("Register a database or a JSON service that models may ask");
        sources.MapGet("", ListAsync).WithName("ListSources").WithSummary("List sources");
        sources.MapGet("/{id}", GetAsync).WithName("GetSource").WithSummary("Get a source with the tables that may be read");
        sources.MapPost("/{id}", ChangeAsync).WithName("ModifySource").WithSummary("Change a source; with its tables their columns are read again");
        sources.MapDelete("/{id}", DeleteAsync).WithName("DeleteSource").WithSummary("Delete a source; what it reads stays");
        sources.MapGet("/{id}/tool", GetToolAsync).WithName("GetSourceTool").WithSummary("Get the function by which a model asks the source");
        sources.MapPost("/{id}/query", QueryAsync).WithName("QuerySource").WithSummary("Check and run a model's call");
    }

    private static async Task<IResult> CreateAsync(
        CreateSourceRequest request, HttpContext http, RetrievalDbContext context, SourceDatabases databases, TimeProvider time, CancellationToken cancellationToken)
    {
        request.Check();
        var project = http.Caller().ProjectId;
        var type = databases.TypeOf(project, request.Connection!);
        var now = time.GetUtcNow();
        var source = new Source
        {
            Id = RowIds.New(Source.IdPrefix, now),
            ProjectId = project,
            Name = request.Name!,
            Description = request.Description ?? "",
            Type = type,
            Connection = request.Connection!,
            Tables = await ReadTablesAsync(databases, project, type, request.Connection!, request.Tables, cancellationToken),
            MaxRows = request.MaxRows ?? CreateSourceRequest.DefaultRows,
            TimeoutMilliseconds = (int)((request.TimeoutSeconds ?? CreateSourceRequest.DefaultSeconds) * 1000),
            CreatedAtMicros = UnixMicros.Of(now),
        };
        context.Sources.Add(source);
        await context.SaveChangesAsync(cancellationToken);
        return Show(source);
    }

    private static async Task<IResult> ListAsync(HttpContext http, RetrievalDbContext context, CancellationToken cancellationToken)
    {
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: true);
        var sources = context.SourcesOf(http.Caller().ProjectId).AsNoTracking();
        var cursor = page.Cursor is null ? null : await sources.SingleOrDefaultAsync(row => row.Id == page.Cursor, cancellationToken)
            ?? throw page.UnknownCursor("source");
        var rows = await sources.Page(page, nameof(Source.CreatedAtMicros), cursor is null ? null : (cursor.CreatedAtMicros, cursor.Id)).ToListAsync(cancellationToken);
        return TypedResults.Json(rows.ToPage(page, SourceView.Of, row => row.Id), RetrievalJsonContext.Default.ListPageSourceView);
    }

    private static async Task<IResult> GetAsync(string id, HttpContext http, RetrievalDbContext context, CancellationToken cancellationToken) =>
        Show(await context.FindSourceAsync(http.Caller().ProjectId, id, cancellationToken));

    private static async Task<IResult> ChangeAsync(
        string id, UpdateSourceRequest request, HttpContext http, RetrievalDbContext context, SourceDatabases databases, CancellationToken cancellationToken)
    {
        request.Check();
        var source = await context.FindSourceAsync(http.Caller().ProjectId, id, cancellationToken);
        if (request.Tables is not null)
        {
            source.Tables = await ReadTablesAsync(databases, source.ProjectId, source.Type, source.Connection, request.Tables, cancellationToken);
        }

        source.Name = request.Name ?? source.Name;
        source.Description = request.Description ?? source.Description;
        source.MaxRows = request.MaxRows ?? source.MaxRows;
        source.TimeoutMilliseconds = request.TimeoutSeconds is { } seconds ? (int)(seconds * 1000) : source.TimeoutMilliseconds;
        await context.SaveChangesAsync(cancellationToken);
        return Show(source);
    }

    private static async Task<IResult> DeleteAsync(string id, HttpContext http, RetrievalDbContext context, CancellationToken cancellationToken)
    {
        var source = await context.FindSourceAsync(http.Caller().ProjectId, id, cancellationToken);
        await context.SourcesOf(source.ProjectId).Where(row => row.Id == id).ExecuteDeleteAsync(cancellationToken);
        return TypedResults.Json(new DeletedObject(id, "retrieval.source.deleted"), RetrievalJsonContext.Default.DeletedObject);
    }

    private static async Task<IResult> GetToolAsync(string id, HttpContext http, RetrievalDbContext context, SourceDatabases databases, CancellationToken cancellationToken)
    {
        var source = await context.FindSourceAsync(http.Caller().ProjectId, id, cancellationToken);
        var tool = source.Type == SourceTypes.Sql
            ? SourceTool.ForDatabase(source, databases.Database(source.ProjectId, source.Connection).Dialect)
            : SourceTool.ForService(source, databases.Service(source.ProjectId, source.Connection));
        return TypedResults.Json(tool, RetrievalJsonContext.Default.JsonObject);
    }

    private static async Task<IResult> QueryAsync(
        string id, QuerySourceRequest request, HttpContext http, RetrievalDbContext context, SourceQueries queries, CancellationToken cancellationToken)
    {
        var arguments = request.Read();
        var source = await context.FindSourceAsync(http.Caller().ProjectId, id, cancellationToken);
        return TypedResults.Json(await queries.RunAsync(http.Caller(), source, arguments, cancellationToken), RetrievalJsonContext.Default.SourceResult);
    }

    private static async Task<string> ReadTablesAsync(
        SourceDatabases databases, string project, string type, string connection, IReadOnlyList<TableRequest>? tables, CancellationToken cancellationToken)
    {
        if (type == SourceTypes.Http)
        {
            RequestField.Require(tables is null, "tables", "a JSON service has none");
            return "[]";
        }

        var described = await databases.Database(project, connection).DescribeAsync(TableRequest.Check(tables), cancellationToken);
        return JsonSerializer.Serialize(described, RetrievalJsonContext.Default.IReadOnlyListSourceTable);
    }

    private static JsonHttpResult<SourceView> Show(Source source) => TypedResults.Json(SourceView.Of(source), RetrievalJsonContext.Default.SourceView);
}
