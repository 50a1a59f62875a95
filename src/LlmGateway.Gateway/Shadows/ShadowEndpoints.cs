using LlmGateway.Gateway.Pricing;
using LlmGateway.Gateway.Settings;
using LlmGateway.Gateway.Storage;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Gateway.Shadows;

/// <summary>A project's shadows: ours, in OpenAI's conventions.</summary>
internal static class ShadowEndpoints
{
    public const string IdPrefix = "shadow_";
    private const int MaxShadows = 50;

    public static void MapShadows(this IEndpointRouteBuilder endpoints)
    {
        var shadows = endpoints.MapGroup("/v1/shadows").WithTags("Shadows");
        shadows.MapPost("", CreateAsync).RequireAuthorization(Policies.Admin)
            .WithName("gateway.shadows.create").WithSummary("Mirror a share of a route's calls to a candidate that no caller sees.");
        shadows.MapGet("", ListAsync).RequireAuthorization(Policies.Data)
            .WithName("gateway.shadows.list").WithSummary("List shadows.");
        shadows.MapGet("/{id}", GetAsync).RequireAuthorization(Policies.Data)
            .WithName("gateway.shadows.get").WithSummary("Get a shadow, by its id or name, with what its calls came to.");
        shadows.MapPost("/{id}", UpdateAsync).RequireAuthorization(Policies.Admin)
            .WithName("gateway.shadows.update").WithSummary("Pause a shadow, let it go on, or change its share and limits.");
        shadows.MapDelete("/{id}", DeleteAsync).RequireAuthorization(Policies.Admin)
            .WithName("gateway.shadows.delete").WithSummary("Delete a shadow; the log keeps its calls.");
    }

    private static async Task<IResult> CreateAsync(
        CreateShadowRequest request, HttpContext http, GatewayDbContext context, ShadowRules rules, SettingsChange change, ShadowDirectory directory,
        TimeProvider time, CancellationToken cancellationToken)
    {
        var project = http.Caller().ProjectId;
        rules.Check(project, request);
        var now = time.GetUtcNow();
        var shadow = new Shadow
        {
            Id = RowIds.New(IdPrefix, now),
            ProjectId = project,
            Name = request.Name!,
            Model = request.Model!,
            Share = request.Share!.Value,
            Candidate = request.Candidate!.Write(),
            MaxCostNanoUsd = NanoUsd.OfUsd(request.MaxCostUsd),
            MaxCostNanoUsdPerDay = NanoUsd.OfUsd(request.MaxCostUsdPerDay),
            MaxCalls = request.MaxCalls,
            ExpiresAt = request.ExpiresAt,
            Status = ShadowStatus.Active,
            CreatedAt = now.ToUnixTimeSeconds(),
        };
        var ledger = new ShadowLedger { ShadowId = shadow.Id };
        await change.MakeAsync(
            directory,
            project,
            async () =>
            {
                await RefuseAsync(context, project, shadow.Name, cancellationToken);
                context.Add(shadow);
                return context.Add(ledger).Entity;
            },
            cancellationToken);
        return Show(shadow, ledger, time);
    }

    private static async Task<IResult> ListAsync(HttpContext http, GatewayDbContext context, TimeProvider time, CancellationToken cancellationToken)
    {
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: true);
        var shadows = context.Shadows.AsNoTracking().Where(shadow => shadow.ProjectId == http.Caller().ProjectId);
        var cursor = page.After is { } after
            ? await shadows.SingleOrDefaultAsync(shadow => shadow.Id == after, cancellationToken)
                ?? throw new ApiException(ApiErrors.BadRequest($"There is no shadow '{after}' to list after.", "after"))
            : null;
        var rows = await shadows.Page(page, nameof(Shadow.CreatedAt), cursor is null ? null : (cursor.CreatedAt, cursor.Id)).ToListAsync(cancellationToken);
        var ids = rows.ConvertAll(row => row.Id);
        var ledgers = await context.ShadowLedgers.AsNoTracking().Where(ledger => ids.Contains(ledger.ShadowId)).ToDictionaryAsync(ledger => ledger.ShadowId, cancellationToken);
        return TypedResults.Json(
            rows.ToPage(page.Limit, row => ShadowResource.From(row, ledgers[row.Id], time.GetUtcNow()), row => row.Id), GatewayJsonContext.Default.ListPageShadowResource);
    }

    private static async Task<IResult> GetAsync(string id, HttpContext http, GatewayDbContext context, TimeProvider time, CancellationToken cancellationToken)
    {
        var shadow = await FindAsync(context.Shadows.AsNoTracking(), http.Caller().ProjectId, id, cancellationToken);
        return Show(shadow, await LedgerAsync(context, shadow, cancellationToken), time);
    }

    private static async Task<IResult> UpdateAsync(
        string id, UpdateShadowRequest request, HttpContext http, GatewayDbContext context, ShadowRules rules, SettingsChange change, ShadowDirectory directory,
        TimeProvider time, CancellationToken cancellationToken)
    {
        var project = http.Caller().ProjectId;
        rules.Check(request);
        var shadow = await change.MakeAsync(
            directory,
            project,
            async () =>
            {
                var shadow = await FindAsync(context.Shadows, project, id, cancellationToken);
                shadow.Share = request.Share ?? shadow.Share;
                shadow.MaxCostNanoUsd = NanoUsd.OfUsd(request.MaxCostUsd) ?? shadow.MaxCostNanoUsd;
                shadow.MaxCostNanoUsdPerDay = NanoUsd.OfUsd(request.MaxCostUsdPerDay) ?? shadow.MaxCostNanoUsdPerDay;
                shadow.MaxCalls = request.MaxCalls ?? shadow.MaxCalls;
                shadow.ExpiresAt = request.ExpiresAt ?? shadow.ExpiresAt;
                (shadow.Status, shadow.StatusReason) = request.Status is { } status ? (status, null) : (shadow.Status, shadow.StatusReason);
                return shadow;
            },
            cancellationToken);
        return Show(shadow, await LedgerAsync(context, shadow, cancellationToken), time);
    }

    private static async Task<IResult> DeleteAsync(
        string id, HttpContext http, GatewayDbContext context, SettingsChange change, ShadowDirectory directory, CancellationToken cancellationToken)
    {
        var project = http.Caller().ProjectId;
        var deleted = await change.MakeAsync(
            directory,
            project,
            async () =>
            {
                var shadow = await FindAsync(context.Shadows, project, id, cancellationToken);
                context.Remove(shadow);
                return new DeletedObject(shadow.Id, "shadow.deleted");
            },
            cancellationToken);
        return TypedResults.Json(deleted, GatewayJsonContext.Default.DeletedObject);
    }

    /// <summary>By its id or its name.</summary>
    private static async Task<Shadow> FindAsync(IQueryable<Shadow> shadows, string project, string id, CancellationToken cancellationToken) =>
        await shadows.SingleOrDefaultAsync(shadow => shadow.ProjectId == project && (shadow.Id == id || shadow.Name == id), cancellationToken)
            ?? throw new ApiException(ApiErrors.NotFound($"There is no shadow '{id}'.", "id"));

    private static Task<ShadowLedger> LedgerAsync(GatewayDbContext context, Shadow shadow, CancellationToken cancellationToken) =>
        context.ShadowLedgers.AsNoTracking().SingleAsync(ledger => ledger.ShadowId == shadow.Id, cancellationToken);

    private static async Task RefuseAsync(GatewayDbContext context, string project, string name, CancellationToken cancellationToken)
    {
        var shadows = context.Shadows.Where(shadow => shadow.ProjectId == project);
        if (await shadows.AnyAsync(shadow => shadow.Name == name, cancellationToken))
        {
            throw new ApiException(new ApiError(StatusCodes.Status409Conflict, "name_taken", $"There is a shadow '{name}' already; delete it, or take another name.", "name"));
        }

        if (await shadows.CountAsync(cancellationToken) >= MaxShadows)
        {
            throw new ApiException(ApiErrors.BadRequest($"A project may have at most {MaxShadows} shadows.", "name", "too_many_shadows"));
        }
    }

    private static JsonHttpResult<ShadowResource> Show(Shadow shadow, ShadowLedger ledger, TimeProvider time) =>
        TypedResults.Json(ShadowResource.From(shadow, ledger, time.GetUtcNow()), GatewayJsonContext.Default.ShadowResource);
}
