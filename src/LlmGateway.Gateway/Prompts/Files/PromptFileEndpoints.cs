using LlmGateway.Gateway.Prompts.Versions;
using LlmGateway.Gateway.Settings;
using LlmGateway.Gateway.Storage;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace LlmGateway.Gateway.Prompts.Files;

/// <summary>Prompts as files, so that they can live in git.</summary>
internal static class PromptFileEndpoints
{
    public static void MapPromptFiles(this IEndpointRouteBuilder prompts)
    {
        prompts.MapPost("/import", ImportAsync).WithMetadata(new RequestSizeLimitAttribute(PromptBody.MaxBytes))
            .WithName("gateway.prompts.import").WithSummary("Make a prompt of a .prompt file; its name is in the query.");
        prompts.MapGet("/{id}/versions/{version}/file", ExportAsync)
            .WithName("gateway.prompts.versions.file").WithSummary("Get a version as a .prompt file.");
    }

    private static async Task<IResult> ImportAsync(
        HttpContext http, GatewayDbContext context, VersionCreation versions, SettingsChange change, PromptDirectory directory, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var query = http.Request.Query;
        var request = new CreatePromptRequest { Name = query["name"], Description = query["description"] };
        var prompt = PromptEndpoints.ToPrompt(request, http.Caller().ProjectId, time.GetUtcNow());
        var content = PromptFile.Read(await PromptBody.ReadTextAsync(http.Request));
        var draft = await versions.DraftAsync(prompt, content, query["commit_message"], cancellationToken);
        await PromptEndpoints.AddAsync(prompt, draft, http, context, versions, change, directory, cancellationToken);
        return TypedResults.Json(PromptResource.From(prompt, []) with { Warnings = draft.Warnings }, PromptResults.Json.PromptResource);
    }

    private static async Task<IResult> ExportAsync(string id, string version, HttpContext http, GatewayDbContext context, CancellationToken cancellationToken)
    {
        var prompt = await context.GetPromptAsync(http.Caller().ProjectId, id, cancellationToken);
        var row = await context.GetVersionAsync(prompt, version, "version", cancellationToken);
        return TypedResults.Text(PromptFile.Write(PromptJson.ReadContent(row.Content)), "text/plain", System.Text.Encoding.UTF8);
    }
}
