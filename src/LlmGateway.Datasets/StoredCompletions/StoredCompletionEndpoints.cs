using LlmGateway.Datasets.Inferences;
using LlmGateway.Datasets.Storage;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.StoredCompletions;

/// <summary>OpenAI's stored chat completions.</summary>
internal static class StoredCompletionEndpoints
{
    public static void MapStoredCompletions(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/chat/completions", ListAsync).WithName("ListChatCompletions").WithSummary("List stored chat completions");
        routes.MapGet("/v1/chat/completions/{id}", GetAsync).WithName("GetChatCompletion").WithSummary("Get a stored chat completion");
        routes.MapGet("/v1/chat/completions/{id}/messages", ListMessagesAsync).WithName("GetChatCompletionMessages").WithSummary("List the messages of a stored chat completion");
        routes.MapPost("/v1/chat/completions/{id}", UpdateAsync).WithName("UpdateChatCompletion").WithSummary("Replace the metadata of a stored chat completion")
            .WithMetadata(new RequestSizeLimitAttribute(MetadataUpdate.MaxBodyBytes));
        routes.MapDelete("/v1/chat/completions/{id}", DeleteAsync).WithName("DeleteChatCompletion").WithSummary("Delete a stored chat completion");
    }

    private static async Task<IResult> ListAsync(HttpContext http, DatasetsDbContext context, CancellationToken cancellationToken)
    {
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: false);
        var filter = CompletionFilter.Read(http.Request.Query);
        var (rows, hasMore) = await StoredCompletions.ListAsync(context, http.Caller().ProjectId, filter, page, cancellationToken);
        var ids = rows.Select(row => row.Id).ToArray();
        var metadata = await context.LoadMetadataAsync(ids, cancellationToken);
        var bodies = await context.Bodies.AsNoTracking().Where(body => ids.Contains(body.Id)).ToDictionaryAsync(body => body.Id, cancellationToken);
        return StoredJson.List(
            [.. rows.Select(row => row.BodyId!)],
            hasMore,
            (writer, at) => CompletionWriter.Write(writer, rows[at], bodies.GetValueOrDefault(ids[at]), metadata[ids[at]]));
    }

    private static async Task<IResult> GetAsync(string id, HttpContext http, DatasetsDbContext context, CancellationToken cancellationToken) =>
        await FindAsync(context, http, id, cancellationToken) is { } row
            ? await ShowAsync(context, row, cancellationToken)
            : Unknown(id);

    private static async Task<IResult> ListMessagesAsync(string id, HttpContext http, DatasetsDbContext context, CancellationToken cancellationToken)
    {
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: false);
        return await FindAsync(context, http, id, cancellationToken) is { } row
            ? StoredMessages.List(row, await FindBodiesAsync(context, row, cancellationToken), page)
            : Unknown(id);
    }

    private static async Task<IResult> UpdateAsync(string id, HttpContext http, DatasetsDbContext context, CancellationToken cancellationToken)
    {
        var metadata = await MetadataUpdate.ReadAsync(http.Request, cancellationToken);
        if (await FindAsync(context, http, id, cancellationToken) is not { } row)
        {
            return Unknown(id);
        }

        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await context.Metadata.Where(pair => pair.InferenceId == row.Id).ExecuteDeleteAsync(cancellationToken);
        context.Metadata.AddRange(metadata.Select(pair => new InferenceMetadata
        {
            ProjectId = row.ProjectId,
            Key = pair.Key,
            Value = pair.Value,
            InferenceId = row.Id,
        }));
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return await ShowAsync(context, row, cancellationToken);
    }

    /// <summary>
    /// Removes what the completion says and keeps its account. A body id stands for every call that carries it: if the
    /// newest alone went, an older one would answer under the deleted id.
    /// </summary>
    private static async Task<IResult> DeleteAsync(string id, HttpContext http, DatasetsDbContext context, CancellationToken cancellationToken)
    {
        if (await FindAsync(context, http, id, cancellationToken) is not { } row)
        {
            return Unknown(id);
        }

        var project = http.Caller().ProjectId;
        var doomed = id == row.BodyId
            ? context.Stored(project).Where(same => same.BodyId == id)
            : context.Stored(project).Where(same => same.Id == row.Id);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await context.Bodies.Where(body => doomed.Any(same => same.Id == body.Id)).ExecuteDeleteAsync(cancellationToken);
        await context.Metadata.Where(pair => doomed.Any(same => same.Id == pair.InferenceId)).ExecuteDeleteAsync(cancellationToken);
        await doomed.ExecuteUpdateAsync(set => set.SetProperty(same => same.BodiesKept, false), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return TypedResults.Json(new DeletedObject(row.BodyId!, "chat.completion.deleted"), DatasetsJsonContext.Default.DeletedObject);
    }

    private static Task<Inference?> FindAsync(DatasetsDbContext context, HttpContext http, string id, CancellationToken cancellationToken) =>
        context.Stored(http.Caller().ProjectId).AsNoTracking().FindAsync(id, cancellationToken);

    private static Task<InferenceBody?> FindBodiesAsync(DatasetsDbContext context, Inference row, CancellationToken cancellationToken) =>
        context.Bodies.AsNoTracking().FirstOrDefaultAsync(body => body.Id == row.Id, cancellationToken);

    private static async Task<IResult> ShowAsync(DatasetsDbContext context, Inference row, CancellationToken cancellationToken)
    {
        var metadata = await context.LoadMetadataAsync([row.Id], cancellationToken);
        var bodies = await FindBodiesAsync(context, row, cancellationToken);
        return StoredJson.Result(writer => CompletionWriter.Write(writer, row, bodies, metadata[row.Id]));
    }

    private static ApiError Unknown(string id) => ApiErrors.NotFound($"No stored chat completion found with id '{id}'.", "completion_id");
}
