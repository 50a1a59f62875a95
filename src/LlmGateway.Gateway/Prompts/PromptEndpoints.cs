using LlmGateway.Gateway.Prompts.Labels;
using LlmGateway.Gateway.Prompts.Versions;
using LlmGateway.Gateway.Settings;
using LlmGateway.Gateway.Storage;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Gateway.Prompts;

/// <summary>A project's prompts: ours, in OpenAI's conventions. A path names a prompt by its id or its name.</summary>
internal static class PromptEndpoints
{
    private const int MaxPrompts = 2000;

    public static void MapPromptResources(this IEndpointRouteBuilder prompts)
    {
        prompts.MapPost("", CreateAsync).WithMetadata(new RequestSizeLimitAttribute(PromptBody.MaxBytes))
            .WithName("gateway.prompts.create").WithSummary("Make a prompt with its first version.");
        prompts.MapGet("", ListAsync).WithName("gateway.prompts.list").WithSummary("List the project's prompts.");
        prompts.MapGet("/{id}", GetAsync).WithName("gateway.prompts.get").WithSummary("Get a prompt.");
        prompts.MapPost("/{id}", UpdateAsync).WithName("gateway.prompts.update").WithSummary("Change a prompt's description, metadata or protected labels.");
        prompts.MapDelete("/{id}", DeleteAsync).WithName("gateway.prompts.delete").WithSummary("Delete a prompt: it answers nowhere any more.");
    }

    private static async Task<IResult> CreateAsync(
        HttpContext http, GatewayDbContext context, VersionCreation versions, SettingsChange change, PromptDirectory directory, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var request = await PromptBody.ReadAsync(http.Request, PromptRequestJson.Default.CreatePromptRequest);
        var prompt = ToPrompt(request, http.Caller().ProjectId, time.GetUtcNow());
        var draft = await versions.DraftAsync(prompt, request, request.CommitMessage, cancellationToken);
        await AddAsync(prompt, draft, http, context, versions, change, directory, cancellationToken);
        return Show(PromptResource.From(prompt, []) with { Warnings = draft.Warnings });
    }

    /// <summary>Keeps a new prompt with its first version.</summary>
    public static Task<PromptVersion> AddAsync(
        Prompt prompt, VersionDraft draft, HttpContext http, GatewayDbContext context, VersionCreation versions, SettingsChange change, PromptDirectory directory,
        CancellationToken cancellationToken) =>
        change.MakeAsync(
            directory,
            prompt.ProjectId,
            async () =>
            {
                if (await context.PromptsOf(prompt.ProjectId).AnyAsync(row => row.Name == prompt.Name, cancellationToken))
                {
                    throw new ApiException(new ApiError(
                        StatusCodes.Status409Conflict, "prompt_exists", $"There is a prompt '{prompt.Name}' already: POST /v1/prompts/{prompt.Name}/versions makes a version of it.", "name"));
                }

                if (await context.PromptsOf(prompt.ProjectId).CountAsync(cancellationToken) >= MaxPrompts)
                {
                    throw PromptRules.Refused($"A project may have at most {MaxPrompts} prompts: delete some.", null, "too_many_prompts");
                }

                context.Add(prompt);
                return await versions.AddAsync(prompt, draft, http.Caller(), cancellationToken);
            },
            cancellationToken);

    public static Prompt ToPrompt(CreatePromptRequest request, string projectId, DateTimeOffset now)
    {
        PromptRules.CheckMetadata(request.Metadata);
        return new Prompt
        {
            Id = $"{Prompt.Prefix}{Guid.CreateVersion7(now):N}",
            ProjectId = projectId,
            Name = PromptRules.CheckName(request.Name),
            Description = PromptRules.CheckText(request.Description, PromptRules.MaxDescriptionLength, "description"),
            Metadata = PromptJson.Write(request.Metadata),
            ProtectedLabels = [PromptLabel.Default],
            LatestVersion = 0,
            CreatedAt = now.ToUnixTimeSeconds(),
            UpdatedAt = now.ToUnixTimeSeconds(),
        };
    }

    private static async Task<IResult> ListAsync(HttpContext http, GatewayDbContext context, CancellationToken cancellationToken)
    {
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: true);
        var prompts = context.PromptsOf(http.Caller().ProjectId).AsNoTracking();
        var cursor = page.After is { } after
            ? await prompts.SingleOrDefaultAsync(prompt => prompt.Id == after, cancellationToken)
                ?? throw PromptRules.Refused($"There is no prompt '{PromptErrors.Shorten(after)}' to list after.", "after")
            : null;
        var rows = await prompts.Page(page, nameof(Prompt.CreatedAt), cursor is null ? null : (cursor.CreatedAt, cursor.Id)).ToListAsync(cancellationToken);
        var ids = rows.ConvertAll(row => row.Id);
        var labels = (await context.PromptLabels.AsNoTracking().Where(label => ids.Contains(label.PromptId)).ToListAsync(cancellationToken)).ToLookup(label => label.PromptId);
        return TypedResults.Json(
            rows.ToPage(page.Limit, row => PromptResource.From(row, labels[row.Id]), row => row.Id), PromptResults.Json.ListPagePromptResource);
    }

    private static async Task<IResult> GetAsync(string id, HttpContext http, GatewayDbContext context, CancellationToken cancellationToken)
    {
        var prompt = await context.GetPromptAsync(http.Caller().ProjectId, id, cancellationToken);
        return Show(PromptResource.From(prompt, await LabelsOfAsync(prompt, context, cancellationToken)));
    }

    private static async Task<IResult> UpdateAsync(
        string id, HttpContext http, GatewayDbContext context, TimeProvider time, CancellationToken cancellationToken)
    {
        var request = await PromptBody.ReadAsync(http.Request, PromptRequestJson.Default.UpdatePromptRequest);
        var prompt = await context.GetPromptAsync(http.Caller().ProjectId, id, cancellationToken);
        PromptRules.CheckMetadata(request.Metadata);
        if (request.ProtectedLabels is { } labels)
        {
            LabelProtection.RequireAdmin(http.Caller(), "protected_labels", "Only a key with the scope 'admin' says which labels are protected.");
            PromptRules.CheckProtected(labels);
            prompt.ProtectedLabels = [.. labels.Distinct()];
        }

        prompt.Description = PromptRules.CheckText(request.Description, PromptRules.MaxDescriptionLength, "description") ?? prompt.Description;
        prompt.Metadata = PromptJson.Write(request.Metadata) ?? prompt.Metadata;
        prompt.UpdatedAt = time.GetUtcNow().ToUnixTimeSeconds();
        await context.SaveChangesAsync(cancellationToken);
        return Show(PromptResource.From(prompt, await LabelsOfAsync(prompt, context, cancellationToken)));
    }

    private static async Task<IResult> DeleteAsync(
        string id, HttpContext http, GatewayDbContext context, SettingsChange change, PromptDirectory directory, TimeProvider time, CancellationToken cancellationToken)
    {
        var project = http.Caller().ProjectId;
        var deleted = await change.MakeAsync(
            directory,
            project,
            async () =>
            {
                var prompt = await context.GetPromptAsync(project, id, cancellationToken);
                foreach (var label in await LabelsOfAsync(prompt, context, cancellationToken))
                {
                    LabelProtection.Check(prompt, label.Name, http.Caller());
                }

                prompt.ArchivedAt = time.GetUtcNow().ToUnixTimeSeconds();
                return new DeletedObject(prompt.Id, "prompt.deleted");
            },
            cancellationToken);
        return TypedResults.Json(deleted, PromptResults.Json.DeletedObject);
    }

    private static Task<List<PromptLabel>> LabelsOfAsync(Prompt prompt, GatewayDbContext context, CancellationToken cancellationToken) =>
        context.PromptLabels.AsNoTracking().Where(label => label.PromptId == prompt.Id).OrderBy(label => label.Name).ToListAsync(cancellationToken);

    private static JsonHttpResult<PromptResource> Show(PromptResource prompt) => TypedResults.Json(prompt, PromptResults.Json.PromptResource);
}
