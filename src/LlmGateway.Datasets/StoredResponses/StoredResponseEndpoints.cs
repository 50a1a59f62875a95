using LlmGateway.Datasets.Inferences;
using LlmGateway.Datasets.Storage;
using LlmGateway.Datasets.StoredCompletions;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.StoredResponses;

/// <summary>OpenAI's stored responses.</summary>
internal static class StoredResponseEndpoints
{
    private const string Param = "response_id";

    public static void MapStoredResponses(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/responses/{id}", GetAsync).WithName("GetResponse").WithSummary("Get a stored response, or its events");
        routes.MapGet("/v1/responses/{id}/input_items", ListInputAsync).WithName("ListResponseInputItems").WithSummary("List what a stored response answered");
        routes.MapDelete("/v1/responses/{id}", DeleteAsync).WithName("DeleteResponse").WithSummary("Delete a stored response");
        routes.MapPost("/v1/responses/{id}/cancel", CancelAsync).WithName("CancelResponse").WithSummary("Cancel a response that is made in the background");
    }

    private static async Task<IResult> GetAsync(string id, HttpContext http, DatasetsDbContext context, TimeProvider time)
    {
        var (streams, start) = StreamQuery.Read(http.Request.Query);
        if (await context.FindResponseAsync(http, id, time) is not { BodiesKept: true } row)
        {
            return Unknown(id);
        }

        var bodies = await context.FindBodiesAsync(row, http.RequestAborted);
        var whole = CompletionWriter.ReadAnswer(row, bodies);
        using var answer = StoredJson.Parse(whole);
        if (answer is null)
        {
            return ApiErrors.NotFound($"The answer of '{id}' was too large to be kept whole.", Param, "body_not_kept");
        }

        if (streams)
        {
            return TypedResults.Bytes(ResponseEvents.Read(row, bodies, whole, start), "text/event-stream");
        }

        var metadata = await context.LoadMetadataAsync([row.Id], http.RequestAborted);
        return StoredJson.Result(writer => ResponseWriter.Write(writer, answer.RootElement, metadata[row.Id]));
    }

    private static async Task<IResult> ListInputAsync(string id, HttpContext http, DatasetsDbContext context, TimeProvider time)
    {
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: true);
        if (await context.FindResponseAsync(http, id, time) is not { BodiesKept: true } row)
        {
            return Unknown(id);
        }

        var conversation = await Conversation.ReadAsync(context, row, withPrompt: true, http.RequestAborted);
        return conversation.HasRequest
            ? ListItems(conversation.Input, page)
            : ApiErrors.NotFound($"The request of '{id}' was too large to be kept whole.", Param, "body_not_kept");
    }

    private static IResult ListItems(List<ConversationItem> items, PageQuery page)
    {
        if (page.Descending)
        {
            items.Reverse();
        }

        if (page.After is { } after)
        {
            var at = items.FindIndex(item => item.Id == after);
            items = at >= 0 ? items[(at + 1)..] : throw InferenceLookup.UnknownAfter(after);
        }

        var shown = items[..Math.Min(page.Limit, items.Count)];
        return StoredJson.List(
            [.. shown.Select(item => item.Id)],
            items.Count > shown.Count,
            (writer, at) => ResponseItems.Write(writer, shown[at].Item, shown[at].Id));
    }

    /// <summary>
    /// Forgets what the response says, by all calls that carry its id, and keeps their account. The id itself goes too: a response
    /// whose id is known and whose bodies are not may still be the provider's to continue, one that was deleted may not.
    /// </summary>
    private static async Task<IResult> DeleteAsync(string id, HttpContext http, DatasetsDbContext context, TimeProvider time, CancellationToken cancellationToken)
    {
        if (await context.FindResponseAsync(http, id, time) is not { BodiesKept: true } row)
        {
            return Unknown(id);
        }

        var doomed = context.Responses(row.ProjectId).Where(same => same.BodyId == row.BodyId);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await context.Bodies.Where(body => doomed.Any(same => same.Id == body.Id)).ExecuteDeleteAsync(cancellationToken);
        await context.Metadata.Where(pair => doomed.Any(same => same.Id == pair.InferenceId)).ExecuteDeleteAsync(cancellationToken);
        await doomed.ExecuteUpdateAsync(
            set => set.SetProperty(same => same.BodiesKept, false).SetProperty(same => same.BodyId, (string?)null), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return TypedResults.Json(new DeletedObject(row.BodyId!, "response"), DatasetsJsonContext.Default.DeletedObject);
    }

    private static async Task<IResult> CancelAsync(string id, HttpContext http, DatasetsDbContext context, TimeProvider time) =>
        await context.FindResponseAsync(http, id, time) is null
            ? Unknown(id)
            : ApiErrors.BadRequest("Cannot cancel a synchronous response.", Param);

    private static ApiError Unknown(string id) => ApiErrors.NotFound($"Response with id '{id}' not found.", Param);
}
