using System.Text;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Prompts.Chains;
using LlmGateway.Gateway.Prompts.Retrieval;
using LlmGateway.Gateway.Retrieval;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Prompts.Calls;

/// <summary>
/// Makes the request from the prompt that it names. From here on it is a request like any other: no later stage knows of
/// prompts, and the one version found here holds for the whole call.
/// </summary>
internal sealed class PromptStage(
    RequestDelegate next, PromptDirectory directory, CompiledVersions versions, ChainRunner chains, BlockRendering blocks, GatewaySettings settings,
    PromptMetrics metrics)
{
    private const string VersionHeader = "x-llmgateway-prompt";
    private const string LabelHeader = "x-llmgateway-prompt-label";
    private const int MaxLoggedVariables = 16 << 10;

    public Task InvokeAsync(HttpContext context)
    {
        var call = InferenceCall.Of(context);
        return call.Scan.NamesPrompt ? RenderAsync(context, call) : next(context);
    }

    private async Task RenderAsync(HttpContext context, InferenceCall call)
    {
        if (!call.Operation.TakesPrompt)
        {
            throw PromptRules.Refused("A prompt can be named in chat completions and responses.", "model");
        }

        if (PromptCall.Read(context.Request, call) is { } prompt)
        {
            var (entry, number) = directory.Current.Resolve(call.Caller.ProjectId, prompt.Reference, prompt.Param);
            var version = await FindAsync(entry, number, prompt.Param, call.CallerLeft);
            Describe(context.Response, call, prompt, entry, number);
            metrics.Count();
            if (version.Content.Steps is not null && await chains.RunAsync(context, call, prompt, version) is var end)
            {
                if (end is null)
                {
                    return;
                }

                (prompt, version) = end.Value;
            }

            call.StructuredOutput = version.Content.StructuredOutput;
            var request = await version.ComposeAsync(call.Request!.Memory, call.Operation, prompt, call.Caller, blocks, call.CallerLeft);
            var ownSearch = call.Scan.NamesFileSearch;
            call.ReplaceRequest(settings.Current.MaxRequestBytes, "its prompt", request.Body);
            call.PromptSearches |= !ownSearch && call.Scan.NamesFileSearch;
            call.Prompt = call.Prompt! with { Messages = request.Messages };
            call.Retrieval.AddRange(request.LookedUp);
            RetrievalHeader.Write(context.Response, call);
        }

        await next(context);
    }

    private async ValueTask<CompiledVersion> FindAsync(PromptEntry entry, int number, string param, CancellationToken cancellationToken)
    {
        try
        {
            return await versions.FindAsync(entry.Id, number, cancellationToken) ?? throw PromptErrors.UnknownVersion(entry.Name, $"{number}", entry.Latest, param);
        }
        catch (Exception exception) when (StoreErrors.IsAway(exception))
        {
            throw new ApiException(ApiErrors.StoreUnavailable());
        }
    }

    private static void Describe(HttpResponse response, InferenceCall call, PromptCall prompt, PromptEntry entry, int number)
    {
        var variables = prompt.Variables?.ToJsonString();
        call.Prompt = new InferencePrompt(
            entry.Id, number, prompt.Reference.Label, variables is not null && Encoding.UTF8.GetByteCount(variables) <= MaxLoggedVariables ? variables : null);
        call.PromptModel = prompt.Model is null ? $"{PromptReference.ModelPrefix}{entry.Name}" : null;
        if (call.RequestedModel.Length == 0)
        {
            call.RequestedModel = $"{PromptReference.ModelPrefix}{entry.Name}@{prompt.Reference.Selector}";
        }

        response.Headers[VersionHeader] = $"{entry.Name}@{number}";
        if (prompt.Reference.Label is { } label)
        {
            response.Headers[LabelHeader] = label;
        }
    }
}
