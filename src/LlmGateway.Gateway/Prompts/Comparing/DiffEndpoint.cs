using LlmGateway.Gateway.Prompts.Diff;
using LlmGateway.Gateway.Prompts.Files;
using LlmGateway.Gateway.Prompts.Versions;
using LlmGateway.Gateway.Storage;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace LlmGateway.Gateway.Prompts.Comparing;

/// <summary>What a change of a prompt is, and was worth.</summary>
internal static class DiffEndpoint
{
    public static void MapPromptDiff(this IEndpointRouteBuilder prompts)
    {
        prompts.MapGet("/{id}/diff", DiffAsync).WithName("gateway.prompts.diff")
            .WithSummary("Compare two versions: messages, parameters, and the scores of both.");
        prompts.MapPost("/{id}/diff", DiffFileAsync).WithMetadata(new RequestSizeLimitAttribute(PromptBody.MaxBytes))
            .WithName("gateway.prompts.diff.file").WithSummary("Compare a version with a .prompt file.");
    }

    private static async Task<IResult> DiffAsync(
        string id, string? from, string? to, HttpContext http, GatewayDbContext context, PromptEvaluations evaluations, CancellationToken cancellationToken)
    {
        var prompt = await context.GetPromptAsync(http.Caller().ProjectId, id, cancellationToken);
        var first = await context.GetVersionAsync(prompt, Required(from, "from"), "from", cancellationToken);
        var second = await context.GetVersionAsync(prompt, Required(to, "to"), "to", cancellationToken);
        var found = await evaluations.FindAsync(http.Caller(), prompt, first.Number, second.Number, cancellationToken);
        return Show(first, second.Number, PromptJson.ReadContent(second.Content), found);
    }

    private static async Task<IResult> DiffFileAsync(string id, string? from, HttpContext http, GatewayDbContext context, CancellationToken cancellationToken)
    {
        var content = PromptFile.Read(await PromptBody.ReadTextAsync(http.Request));
        var prompt = await context.GetPromptAsync(http.Caller().ProjectId, id, cancellationToken);
        return Show(await context.GetVersionAsync(prompt, Required(from, "from"), "from", cancellationToken), null, content, null);
    }

    private static JsonHttpResult<DiffResource> Show(PromptVersion from, int? to, PromptContent content, VersionEvaluations? evaluations)
    {
        var diff = PromptDiff.Between(PromptJson.ReadContent(from.Content), content);
        return TypedResults.Json(
            new DiffResource(from.Number, to, diff.Messages, diff.Members, diff.ToText(), evaluations), PromptResults.Json.DiffResource);
    }

    private static string Required(string? selector, string param) =>
        string.IsNullOrEmpty(selector) ? throw PromptRules.Refused($"'{param}' is required: a version's number or hash, or a label.", param, "missing_required_parameter") : selector;
}
