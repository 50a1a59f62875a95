using LlmGateway.Gateway.PreviousResponses;
using LlmGateway.Gateway.Storage;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Gateway.Background;

/// <summary>
/// Responses that are made in the background, whose ids tell them from those of the log. Whoever may have one made may follow and stop
/// it; what else there is to do with it is done to the log, and needs its scope.
/// </summary>
internal static class BackgroundEndpoints
{
    private const string Param = "response_id";
    private const string Path = $"/v1/responses/{BackgroundResponse.IdPrefix}{{key}}";

    public static void MapBackground(this IEndpointRouteBuilder endpoints)
    {
        var followed = endpoints.MapGroup("").WithTags("Responses").RequireAuthorization(Policies.Inference);
        followed.MapGet(Path, GetAsync).WithName("gateway.background.get").WithSummary("Get a response that is made in the background, or its events.");
        followed.MapPost($"{Path}/cancel", CancelAsync).WithName("gateway.background.cancel").WithSummary("Stop a response that is made in the background.");
        var data = endpoints.MapGroup("").WithTags("Responses").RequireAuthorization(Policies.Data);
        data.MapGet($"{Path}/input_items", ListInputAsync).WithName("gateway.background.input").WithSummary("List what a response made in the background answered.");
        data.MapDelete(Path, DeleteAsync).WithName("gateway.background.delete").WithSummary("Delete a response made in the background; one under way is cancelled.");
    }

    private static async Task<IResult> GetAsync(string key, HttpContext http, GatewayDbContext store, CancellationToken cancellationToken)
    {
        var (stream, after) = StreamQuery.Read(http.Request.Query);
        var response = await FindAsync(key, http, store, cancellationToken);
        var shown = BackgroundResource.Shown(response);
        if (!stream)
        {
            return TypedResults.Bytes(shown, "application/json");
        }

        if (response.IsOpen || response.Status == BackgroundStatus.Cancelled)
        {
            throw new ApiException(ApiErrors.BadRequest($"The response is {response.Status}: its events can be read once it is completed. Poll it without 'stream'.", "stream"));
        }

        return TypedResults.Bytes(NumberedEvents.After(StreamReplayer.ToSse("responses", shown, includeUsage: true), after), "text/event-stream");
    }

    private static async Task<IResult> CancelAsync(
        string key, HttpContext http, GatewayDbContext store, BackgroundMetrics metrics, TimeProvider time, CancellationToken cancellationToken)
    {
        var id = Id(key);
        var cancelled = await ResponsesOf(store, http).Where(row => row.Id == id && BackgroundStatus.Open.Contains(row.Status)).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.Status, BackgroundStatus.Cancelled).SetProperty(row => row.EndedAt, time.NowMicros()), cancellationToken);
        if (cancelled > 0)
        {
            metrics.End(BackgroundStatus.Cancelled);
            await store.BackgroundBodies.Where(body => body.ResponseId == id).ForgetRequestAsync(null, CancellationToken.None);
        }

        // As at OpenAI: one that has ended is shown as it is.
        return TypedResults.Bytes(BackgroundResource.Shown(await FindAsync(key, http, store, cancellationToken)), "application/json");
    }

    private static async Task<IResult> ListInputAsync(string key, HttpContext http, GatewayDbContext store, ResponseLog log, CancellationToken cancellationToken)
    {
        var response = await FindAsync(key, http, store, cancellationToken);
        if (response.CallId is not { } call || !BackgroundStatus.Answered.Contains(response.Status))
        {
            throw new ApiException(ApiErrors.BadRequest($"The response is {response.Status}: its input can be listed once it is completed.", Param));
        }

        return await log.AskAsync<IResult>(
            HttpMethod.Get, $"/v1/responses/{call}/input_items{http.Request.QueryString}", http.Caller(), Param,
            async answer => TypedResults.Text(await answer.Content.ReadAsByteArrayAsync(cancellationToken), "application/json", (int)answer.StatusCode),
            cancellationToken);
    }

    private static async Task<JsonHttpResult<DeletedObject>> DeleteAsync(
        string key, HttpContext http, GatewayDbContext store, ResponseLog log, BackgroundMetrics metrics, CancellationToken cancellationToken)
    {
        var response = await FindAsync(key, http, store, cancellationToken);
        if (response.CallId is { } call)
        {
            await log.AskAsync(HttpMethod.Delete, $"/v1/responses/{call}", http.Caller(), Param, ForgottenAsync, cancellationToken);
        }

        if (await ResponsesOf(store, http).Where(row => row.Id == response.Id).ExecuteDeleteAsync(cancellationToken) == 0)
        {
            throw Unknown(response.Id);
        }

        if (response.IsOpen)
        {
            metrics.End(BackgroundStatus.Cancelled);
        }

        return TypedResults.Json(new DeletedObject(response.Id, "response"), GatewayJsonContext.Default.DeletedObject);
    }

    /// <summary>What the log does not have is forgotten already.</summary>
    private static Task<bool> ForgottenAsync(HttpResponseMessage answer) => Task.FromResult(
        answer.StatusCode == System.Net.HttpStatusCode.NotFound || answer.EnsureSuccessStatusCode().IsSuccessStatusCode);

    private static IQueryable<BackgroundResponse> ResponsesOf(GatewayDbContext store, HttpContext http)
    {
        var project = http.Caller().ProjectId;
        return store.BackgroundResponses.Where(row => row.ProjectId == project);
    }

    private static async Task<ShownResponse> FindAsync(string key, HttpContext http, GatewayDbContext store, CancellationToken cancellationToken)
    {
        var id = Id(key);
        return await ResponsesOf(store, http).Where(row => row.Id == id)
            .Join(
                store.BackgroundBodies, row => row.Id, body => body.ResponseId,
                (row, body) => new ShownResponse(row.Id, row.Status, row.CallId, row.ErrorCode, row.ErrorMessage, body.Resource))
            .SingleOrDefaultAsync(cancellationToken) ?? throw Unknown(id);
    }

    private static string Id(string key) => $"{BackgroundResponse.IdPrefix}{key}";

    private static ApiException Unknown(string id) => new(ApiErrors.NotFound($"Response with id '{id}' not found.", Param));
}
