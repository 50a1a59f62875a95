using System.Text.Json;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.PreviousResponses;
using LlmGateway.Gateway.Projects;
using LlmGateway.Gateway.Prompts;
using LlmGateway.Gateway.Prompts.Calls;
using LlmGateway.Gateway.Requests;
using LlmGateway.Gateway.Storage;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Gateway.Background;

/// <summary>Takes up a response that its caller does not wait for. What can be refused at once is.</summary>
internal sealed class BackgroundIntake(
    PromptDirectory prompts, EarlierConversations conversations, ProjectDirectory projects, IServiceScopeFactory scopes, BackgroundWorker worker,
    BackgroundMetrics metrics, GatewaySettings settings, TimeProvider time)
{
    /// <summary>Ends the pipeline: the call that came is not made, another one will be.</summary>
    public async Task TakeAsync(HttpContext context)
    {
        var call = InferenceCall.Of(context);
        await CheckAsync(call);
        var model = Model(context.Request, call);
        var now = time.GetUtcNow();
        var id = RowIds.New(BackgroundResponse.IdPrefix, now);
        using var request = JsonDocument.Parse(call.Request!.Memory, new JsonDocumentOptions { MaxDepth = RequestScanner.MaxDepth });
        // The call that answers belongs to the episode that the caller is told of now.
        context.Request.Headers[CallHeaders.EpisodeId] = call.EpisodeId;
        var body = new BackgroundBody
        {
            ResponseId = id,
            Request = BackgroundRequest.Write(request.RootElement),
            Headers = CarriedHeaders.Write(context.Request.Headers),
            Resource = BackgroundResource.Queued(id, now, model, request.RootElement, call.Metadata),
        };
        await StoreAsync(
            new BackgroundResponse
            {
                Id = id,
                Status = BackgroundStatus.Queued,
                ProjectId = call.Caller.ProjectId,
                KeyId = call.Caller.KeyId,
                CreatedAt = UnixMicros.Of(now),
                ExpiresAt = UnixMicros.Of(now + settings.Current.Background.MaxAge),
            },
            body,
            call.CallerLeft);
        CrashPoint.Reach("gateway.background.queued");
        call.IsPutOff = true;
        worker.Wake();

        // The call that answers has an id of its own.
        context.Response.Headers.Remove(CallHeaders.InferenceId);
        await TypedResults.Bytes(body.Resource, "application/json").ExecuteAsync(context);
    }

    private async Task CheckAsync(InferenceCall call)
    {
        if (call.Scan.Stream)
        {
            throw Refused(
                "'background' with 'stream' is not supported: leave 'stream' out, poll GET /v1/responses/{id}, and read the events of a completed response with '?stream=true'.",
                "stream", "unsupported_parameter");
        }

        if (call.Scan.Store == false)
        {
            throw Refused("A response in the background is stored until it is read: 'store' must not be false.", "store");
        }

        if (call.Caller.Purpose != Caller.Production)
        {
            throw Refused("A request that is made in the background already, such as a batch's, cannot ask for it again: leave 'background' out.", "background");
        }

        if (!await projects.LogsBodiesAsync(call.Caller.ProjectId, call.CallerLeft))
        {
            throw Refused("The project keeps no bodies, and a response in the background is stored until it is read: leave 'background' out.", "background");
        }

        if (call.Scan.PreviousResponseId is { } previous)
        {
            await conversations.FindAsync(call.Caller, previous, call.CallerLeft);
        }
    }

    /// <summary>What the response shows as its model until one has answered. A prompt is looked up, so that one that is not there is refused now.</summary>
    private string Model(HttpRequest request, InferenceCall call)
    {
        if (!call.Scan.NamesPrompt || PromptCall.Read(request, call) is not { } prompt)
        {
            return call.Scan.Model;
        }

        var (entry, _) = prompts.Current.Resolve(call.Caller.ProjectId, prompt.Reference, prompt.Param);
        return prompt.Model ?? $"{PromptReference.ModelPrefix}{entry.Name}";
    }

    private async Task StoreAsync(BackgroundResponse row, BackgroundBody body, CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var store = scope.ServiceProvider.GetRequiredService<GatewayDbContext>();
            await RefuseTooManyAsync(store, row.ProjectId, cancellationToken);
            store.AddRange(row, body);
            await store.SaveChangesAsync(cancellationToken);
        }
        catch (Exception exception) when (StoreErrors.IsAway(exception))
        {
            throw new ApiException(ApiErrors.StoreUnavailable());
        }
    }

    private async Task RefuseTooManyAsync(GatewayDbContext store, string project, CancellationToken cancellationToken)
    {
        var most = settings.Current.Background.MaxOpenPerProject;
        if (await store.BackgroundResponses.CountAsync(row => row.ProjectId == project && BackgroundStatus.Open.Contains(row.Status), cancellationToken) >= most)
        {
            metrics.Refuse();
            throw new ApiException(new ApiError(
                StatusCodes.Status429TooManyRequests, "too_many_background_responses",
                $"A project may have {most} responses queued or in progress in the background (Gateway:Background:MaxOpenPerProject); wait for one to end, or cancel one.",
                "background"));
        }
    }

    private static ApiException Refused(string message, string param, string code = "invalid_value") => new(ApiErrors.BadRequest(message, param, code));
}
