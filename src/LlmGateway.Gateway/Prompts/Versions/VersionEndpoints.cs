using LlmGateway.Gateway.Prompts.Files;
using LlmGateway.Gateway.Settings;
using LlmGateway.Gateway.Storage;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Gateway.Prompts.Versions;

/// <summary>A prompt's versions. They are made and read, never changed or deleted.</summary>
internal static class VersionEndpoints
{
    public static void MapPromptVersions(this IEndpointRouteBuilder prompts)
    {
        prompts.MapPost("/{id}/versions", CreateAsync).WithMetadata(new RequestSizeLimitAttribute(PromptBody.MaxBytes))
            .WithName("gateway.prompts.versions.create").WithSummary("Make a version; the same content is the same version.");
        prompts.MapGet("/{id}/versions", ListAsync).WithName("gateway.prompts.versions.list").WithSummary("List a prompt's versions.");
        prompts.MapGet("/{id}/versions/{version}", GetAsync)
            .WithName("gateway.prompts.versions.get").WithSummary("Get a version by its number, its content hash or a label.");
    }

    private static async Task<IResult> CreateAsync(
        string id, HttpContext http, GatewayDbContext context, VersionCreation versions, SettingsChange change, PromptDirectory directory,
        CancellationToken cancellationToken)
    {
        var project = http.Caller().ProjectId;
        var (content, message) = await ReadAsync(http.Request);
        var prompt = await context.GetPromptAsync(project, id, cancellationToken);
        var draft = await versions.DraftAsync(prompt, content, message, cancellationToken);
        var version = await change.MakeAsync(
            directory,
            project,
            async () =>
            {
                // Other versions may have been made, and the prompt deleted, before the change began.
                await context.Entry(prompt).ReloadAsync(cancellationToken);
                return prompt.ArchivedAt is null
                    ? await versions.AddAsync(prompt, draft, http.Caller(), cancellationToken)
                    : throw PromptErrors.UnknownPrompt(id, "id");
            },
            cancellationToken);
        return Show(VersionResource.From(prompt, version) with { Warnings = draft.Warnings });
    }

    /// <summary>As JSON, or as a prompt file with its commit message in the query.</summary>
    private static async Task<(PromptContent Content, string? CommitMessage)> ReadAsync(HttpRequest request)
    {
        if (PromptBody.IsText(request))
        {
            return (PromptFile.Read(await PromptBody.ReadTextAsync(request)), request.Query["commit_message"]);
        }

        var json = await PromptBody.ReadAsync(request, PromptRequestJson.Default.CreateVersionRequest);
        return (json, json.CommitMessage);
    }

    private static async Task<IResult> ListAsync(string id, HttpContext http, GatewayDbContext context, CancellationToken cancellationToken)
    {
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: true);
        var prompt = await context.GetPromptAsync(http.Caller().ProjectId, id, cancellationToken);
        var rows = context.PromptVersions.AsNoTracking().Where(version => version.PromptId == prompt.Id);
        if (page.After is { } after)
        {
            if (!PromptReference.TryParseVersion(after[(after.LastIndexOf('@') + 1)..], out var cursor))
            {
                throw PromptRules.Refused("Invalid 'after': expected a version of this prompt.", "after");
            }

            rows = page.Descending ? rows.Where(version => version.Number < cursor) : rows.Where(version => version.Number > cursor);
        }

        rows = page.Descending ? rows.OrderByDescending(version => version.Number) : rows.OrderBy(version => version.Number);
        var found = await rows.Take(page.Limit + 1).ToListAsync(cancellationToken);
        return TypedResults.Json(
            found.ToPage(page.Limit, row => VersionResource.From(prompt, row), row => $"{prompt.Name}@{row.Number}"), PromptResults.Json.ListPageVersionResource);
    }

    private static async Task<IResult> GetAsync(string id, string version, HttpContext http, GatewayDbContext context, CancellationToken cancellationToken)
    {
        var prompt = await context.GetPromptAsync(http.Caller().ProjectId, id, cancellationToken);
        return Show(VersionResource.From(prompt, await context.GetVersionAsync(prompt, version, "version", cancellationToken)));
    }

    private static JsonHttpResult<VersionResource> Show(VersionResource version) => TypedResults.Json(version, PromptResults.Json.VersionResource);
}
