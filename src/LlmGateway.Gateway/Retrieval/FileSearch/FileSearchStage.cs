using LlmGateway.Gateway.Pricing;
using LlmGateway.Gateway.Requests;
using LlmGateway.Gateway.Retrieval.Citations;
using LlmGateway.Service;
using LlmGateway.Text.Tokens;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Retrieval.FileSearch;

/// <summary>
/// Runs the tool <c>file_search</c> for any model: looks up what the user asked for, puts it into the request, and makes citations
/// of the marks and quotes in the answer. It stands before guardrails and caches: they see the request with its passages, so a
/// store that changed is never answered from before. Other requests pass.
/// </summary>
internal sealed class FileSearchStage(
    RequestDelegate next, PassageLookup lookup, ConversationQuery questions, RetrievalPatience patience, PriceTable models, GatewaySettings settings)
{
    public Task InvokeAsync(HttpContext context)
    {
        var call = InferenceCall.Of(context);
        return call.Scan.NamesFileSearch || HoldsEarlierSearches(call) ? SearchAsync(context, call) : next(context);
    }

    /// <summary>A conversation may go on without the tool, with the searches of its earlier turns.</summary>
    private static bool HoldsEarlierSearches(InferenceCall call) =>
        call.Operation == Operation.Responses && call.Request!.Span.IndexOf(FileSearchRequest.SearchCallType) >= 0;

    private async Task SearchAsync(HttpContext context, InferenceCall call)
    {
        using var request = FileSearchRequest.Read(call.Request!.Memory.ToArray(), call.Operation);
        if (request is null)
        {
            await next(context);
            return;
        }

        if (request.Tool is not { } tool)
        {
            Replace(call, request.Write(null));
            await next(context);
            return;
        }

        if (!call.PromptSearches && !call.Caller.Scopes.HasFlag(Scopes.Data))
        {
            throw new ApiException(new ApiError(
                StatusCodes.Status403Forbidden, "insufficient_scope", "This API key lacks the scope 'data' that 'file_search' needs.", request.Param));
        }

        var found = await FindAsync(call, request, tool);
        call.Retrieval.Add(found.Describe("file_search"));
        Replace(call, request.Write(found.Passages.Count == 0 ? SourcesText.None : SourcesText.Write(found.Passages, asksForMarks: call.Scan.Format.IsEmpty)));
        if (call.Operation == Operation.ChatCompletions && call.Prompt is { } prompt)
        {
            // The passages stand among the prompt's messages, before the caller's own.
            call.Prompt = prompt with { Messages = prompt.Messages + 1 };
        }

        RetrievalHeader.Write(context.Response, call);
        await CiteAsync(context, new CitedSearch(call.Id, found, request.WantsResults, request.Own()), call);
    }

    private Task<RetrievedContext> FindAsync(InferenceCall call, FileSearchRequest request, FileSearchTool tool) =>
        patience.WaitAsync("The retrieval service", request.Param, async token => await lookup.FindAsync(call.Caller with { Scopes = call.Caller.Scopes | Scopes.Data }, new PassageQuery
        {
            Stores = tool.VectorStoreIds!,
            Text = tool.IsStuffed ? "" : await questions.OfAsync(call, token) ?? "",
            MaxResults = tool.MaxNumResults ?? FileSearchTool.DefaultResults,
            MaxTokens = tool.MaxTokens ?? RoomFor(call, tool),
            Filters = tool.Filters,
            RankingOptions = tool.RankingOptions,
            Configuration = tool.Configuration,
            IsStuffed = tool.IsStuffed,
            Model = call.Deployment!.Model,
            Param = request.Param,
        }, token), call.CallerLeft);

    /// <summary>A whole store may fill the window; what a search found has a budget of its own, and no more than the window.</summary>
    private int RoomFor(InferenceCall call, FileSearchTool tool)
    {
        var options = settings.Current.Retrieval;
        if (models.ContextTokens(call.Deployment!.Name) is not { } window)
        {
            return options.MaxContextTokens;
        }

        var room = Math.Max(1, window - ChatTokenEstimator.EstimateInput(call.Request!.Span) - options.AnswerTokens);
        return tool.IsStuffed ? room : Math.Min(room, options.MaxContextTokens);
    }

    private async Task CiteAsync(HttpContext context, CitedSearch search, InferenceCall call)
    {
        var caller = context.Response.Body;
        await using var body = new CitedBody(context.Response, call, search);
        context.Response.Body = body;
        try
        {
            await next(context);
            await body.FinishAsync(context.RequestAborted);
        }
        finally
        {
            context.Response.Body = caller;
        }
    }

    private void Replace(InferenceCall call, ReadOnlyMemory<byte> body) => call.ReplaceRequest(settings.Current.MaxRequestBytes, "its passages", body);
}
