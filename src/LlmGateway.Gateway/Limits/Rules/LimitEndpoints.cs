using System.Text.Json;
using LlmGateway.Gateway.Limits.Usage;
using LlmGateway.Gateway.Settings;
using LlmGateway.Gateway.Storage;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Gateway.Limits.Rules;

/// <summary>Limits of all projects: ours, in OpenAI's conventions.</summary>
internal static class LimitEndpoints
{
    public static void MapLimits(this IEndpointRouteBuilder endpoints)
    {
        var limits = endpoints.MapGroup("/v1/limits").RequireAuthorization(Policies.Admin).WithTags("Limits");
        limits.MapPost("", CreateAsync).WithName("gateway.limits.create").WithSummary("Limit requests, tokens, concurrent requests or cost; in force on every gateway within two seconds.");
        limits.MapGet("", ListAsync).WithName("gateway.limits.list").WithSummary("List limits.");
        limits.MapGet("/{id}", GetAsync).WithName("gateway.limits.get").WithSummary("Get a limit, and what each subject used of it.");
        limits.MapPost("/{id}", UpdateAsync).WithName("gateway.limits.update").WithSummary("Change how much a limit allows, or whether it refuses.");
        limits.MapPost("/{id}/top_up", TopUpAsync).WithName("gateway.limits.top_up").WithSummary("Make room in a prepaid limit.");
        limits.MapDelete("/{id}", DeleteAsync).WithName("gateway.limits.delete").WithSummary("Delete a limit, and what was counted by it.");
    }

    private static async Task<IResult> CreateAsync(
        CreateLimitRequest request, GatewayDbContext context, LimitRules rules, SettingsChange change, LimitDirectory directory, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var (project, definition) = await rules.ReadAsync(request, cancellationToken);
        var now = time.GetUtcNow();
        var limit = new Limit
        {
            Id = RowIds.New(Limit.Prefix, now),
            ProjectId = project,
            Definition = Write(definition),
            Version = 1,
            CreatedAt = now.ToUnixTimeSeconds(),
            UpdatedAt = now.ToUnixTimeSeconds(),
        };
        await change.MakeAsync(
            directory,
            project ?? Caller.DefaultProject,
            async () =>
            {
                await rules.RefuseDuplicateAsync(project, definition, cancellationToken);
                return context.Add(limit);
            },
            cancellationToken);
        return Show(limit);
    }

    private static async Task<IResult> ListAsync(HttpContext http, GatewayDbContext context, CancellationToken cancellationToken)
    {
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: true);
        var cursor = page.After is { } after ? await FindAsync(context, after, cancellationToken) : null;
        var rows = await context.Limits.AsNoTracking()
            .Page(page, nameof(Limit.CreatedAt), cursor is null ? null : (cursor.CreatedAt, cursor.Id)).ToListAsync(cancellationToken);
        return TypedResults.Json(rows.ToPage(page.Limit, LimitResource.From, row => row.Id), GatewayJsonContext.Default.ListPageLimitResource);
    }

    private static async Task<IResult> GetAsync(string id, HttpContext http, GatewayDbContext context, UsageReport report, CancellationToken cancellationToken)
    {
        var limit = await FindAsync(context, id, cancellationToken);
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: false);
        return TypedResults.Json(
            LimitResource.From(limit) with { Usage = await report.ReadAsync(limit, page, cancellationToken) }, GatewayJsonContext.Default.LimitResource);
    }

    private static Task<IResult> UpdateAsync(
        string id, UpdateLimitRequest request, GatewayDbContext context, SettingsChange change, LimitDirectory directory, TimeProvider time,
        CancellationToken cancellationToken) =>
        ChangeAsync(id, request.Version, definition => LimitRules.Over(definition, request), context, change, directory, time, cancellationToken);

    private static Task<IResult> TopUpAsync(
        string id, TopUpRequest request, GatewayDbContext context, SettingsChange change, LimitDirectory directory, TimeProvider time,
        CancellationToken cancellationToken) =>
        ChangeAsync(id, request.Version, definition => LimitRules.ToppedUp(definition, request.Amount), context, change, directory, time, cancellationToken);

    private static async Task<IResult> ChangeAsync(
        string id, long? version, Func<LimitDefinition, LimitDefinition> over, GatewayDbContext context, SettingsChange change, LimitDirectory directory,
        TimeProvider time, CancellationToken cancellationToken)
    {
        var limit = await change.MakeAsync(
            directory,
            Caller.DefaultProject,
            async () =>
            {
                var limit = await FindAsync(context, id, cancellationToken);
                ExpectedVersion.Check("limit", limit.Version, version);
                limit.Definition = Write(over(limit.Read()));
                limit.Version++;
                limit.UpdatedAt = time.GetUtcNow().ToUnixTimeSeconds();
                return limit;
            },
            cancellationToken);
        return Show(limit);
    }

    private static async Task<IResult> DeleteAsync(
        string id, HttpContext http, GatewayDbContext context, SettingsChange change, LimitDirectory directory, CancellationToken cancellationToken)
    {
        var version = ExpectedVersion.Read(http.Request.Query);
        await change.MakeAsync(
            directory,
            Caller.DefaultProject,
            async () =>
            {
                var limit = await FindAsync(context, id, cancellationToken);
                ExpectedVersion.Check("limit", limit.Version, version);
                await context.LimitUsages.Where(row => row.LimitId == id).ExecuteDeleteAsync(cancellationToken);
                return context.Remove(limit);
            },
            cancellationToken);
        return TypedResults.Json(new DeletedObject(id, "limit.deleted"), GatewayJsonContext.Default.DeletedObject);
    }

    private static async Task<Limit> FindAsync(GatewayDbContext context, string id, CancellationToken cancellationToken) =>
        await context.Limits.SingleOrDefaultAsync(limit => limit.Id == id, cancellationToken)
            ?? throw new ApiException(ApiErrors.NotFound($"There is no limit '{id}'.", "id"));

    private static string Write(LimitDefinition definition) => JsonSerializer.Serialize(definition, GatewayJsonContext.Default.LimitDefinition);

    private static JsonHttpResult<LimitResource> Show(Limit limit) =>
        TypedResults.Json(LimitResource.From(limit), GatewayJsonContext.Default.LimitResource);
}
