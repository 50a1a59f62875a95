using LlmGateway.Gateway.Background;
using LlmGateway.Gateway.Requests;
using LlmGateway.Gateway.Routes;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.PreviousResponses;

/// <summary>
/// Resolves <c>previous_response_id</c>. A provider that answered the earlier response and remembers it gets the request as it is; for
/// any other the earlier turns are put into the request, so a conversation goes on at any model. It stands before whatever looks at the
/// conversation: searches, guardrails, caches.
/// </summary>
internal sealed class PreviousResponseStage(RequestDelegate next, EarlierConversations conversations, GatewaySettings settings)
{
    public Task InvokeAsync(HttpContext context)
    {
        var call = InferenceCall.Of(context);
        return call.Scan.PreviousResponseId is { } id ? ContinueAsync(context, call, id) : next(context);
    }

    private async Task ContinueAsync(HttpContext context, InferenceCall call, string id)
    {
        var earlier = await conversations.FindAsync(call.Caller, id, call.CallerLeft);
        if (!Remembers(call.Routing!, earlier, id))
        {
            Expand(call, earlier, id);
        }

        await next(context);
    }

    /// <summary>Whether whoever may come to answer remembers it: another deployment or a fallback would not know the id.</summary>
    private static bool Remembers(CallRouting routing, EarlierConversation earlier, string id) =>
        earlier.Id == id && !routing.Route.HasFallbacks
        && Array.TrueForAll(routing.Group.Candidates, candidate => candidate.Deployment.Provider is { StoresResponses: true } provider && provider.Name == earlier.Provider);

    private void Expand(InferenceCall call, EarlierConversation earlier, string id)
    {
        if (earlier.IsTooLong)
        {
            throw new ApiException(ApiErrors.BadRequest(
                $"The conversation up to '{id}' is too long to be continued by its id. Send what matters of it in 'input'.", EarlierConversations.Param, "conversation_too_long"));
        }

        if (earlier.Items is not { } items)
        {
            throw EarlierConversations.NotFound($"Previous response with id '{id}' is not stored with all that it continues: it was made with 'store: false', deleted in part, or too large. Send the earlier items in 'input'.");
        }

        var speaks = call.Deployment!.Provider.Speaks(Operation.Responses);
        var body = ContinuedRequest.Write(call.Request!.Memory, items.Where(item => !speaks || ContinuedRequest.IsForAnyProvider(item)), call.Prompt?.Messages ?? 0);
        call.ReplaceRequest(settings.Current.MaxRequestBytes, "its earlier turns", body);
        call.PreviousResponseId = BackgroundResponse.IsId(id) ? id : earlier.Id;
    }
}
