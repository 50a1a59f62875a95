using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Gateway.Models;
using LlmGateway.Gateway.Pricing;
using LlmGateway.Gateway.Prompts.Calls;
using LlmGateway.Gateway.Prompts.Retrieval;
using LlmGateway.Gateway.Requests;
using LlmGateway.Gateway.Storage;
using LlmGateway.Service;
using LlmGateway.Text.Tokens;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace LlmGateway.Gateway.Prompts.Rendering;

/// <summary>Shows the request that a prompt makes, to the byte, with what its input would cost.</summary>
internal static class RenderEndpoint
{
    public static void MapPromptRendering(this IEndpointRouteBuilder prompts) =>
        prompts.MapPost("/{id}/render", RenderAsync).WithMetadata(new RequestSizeLimitAttribute(PromptBody.MaxBytes))
            .WithName("gateway.prompts.render").WithSummary("Show the request that a prompt makes, without making it.");

    private static async Task<IResult> RenderAsync(
        string id, HttpContext http, GatewayDbContext context, CompiledVersions versions, BlockRendering blocks, ModelResolver models, PriceTable prices,
        CancellationToken cancellationToken)
    {
        var request = await PromptBody.ReadAsync(http.Request, PromptRequestJson.Default.RenderRequest);
        var project = http.Caller().ProjectId;
        var prompt = await context.GetPromptAsync(project, id, cancellationToken);
        var row = await context.GetVersionAsync(prompt, request.Selector, request.Version is null ? "label" : "version", cancellationToken);
        var version = (await versions.FindAsync(prompt.Id, row.Number, cancellationToken))!;

        var operation = request.Input is null ? Operation.ChatCompletions : Operation.Responses;
        var call = new PromptCall(new PromptReference(prompt.Name, row.Number, null), "version", request.Model, request.Variables);
        var made = await version.ComposeAsync(OwnPart(request), operation, call, http.Caller(), blocks, cancellationToken);
        var body = made.Body;
        var model = RequestScanner.Scan(body.Span, operation).Model;
        var warnings = new List<string>(version.Templates.Warnings);
        var tokens = ChatTokenEstimator.EstimateInput(body.Span);
        var nano = FindDeployment(models, project, model, warnings) is { } deployment ? prices.Cost(deployment.Name, new TokenCounts(tokens, null, null, null)) : null;
        return TypedResults.Json(
            new RenderResource($"{prompt.Name}@{row.Number}", $"/v1/{operation.Path}", JsonElement.Parse(body.Span), tokens, NanoUsd.ToUsd(nano), warnings)
            {
                Retrieved = made.LookedUp.Count > 0 ? made.LookedUp : null,
            },
            PromptResults.Json.RenderResource);
    }

    private static byte[] OwnPart(RenderRequest request)
    {
        var own = new JsonObject();
        if (request.Input is { } input)
        {
            own["input"] = input.DeepClone();
        }
        else
        {
            own["messages"] = request.Messages?.DeepClone() ?? new JsonArray();
        }

        return JsonSerializer.SerializeToUtf8Bytes(own, PromptRequestJson.Default.JsonObject);
    }

    /// <summary>A prompt may be written before its model is there.</summary>
    private static Deployment? FindDeployment(ModelResolver models, string project, string model, List<string> warnings)
    {
        try
        {
            return models.Resolve(project, model).Deployment;
        }
        catch (ApiException exception)
        {
            warnings.Add(exception.Error.Message);
            return null;
        }
    }
}
