using LlmGateway.Gateway.Settings;
using LlmGateway.Gateway.Storage;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Gateway.SemanticCaching.Caches;

/// <summary>Making, changing and deleting semantic caches.</summary>
internal static class SemanticCacheEndpoints
{
    private const int MaxCaches = 50;

    public static void MapSemanticCaches(this IEndpointRouteBuilder endpoints)
    {
        var caches = endpoints.MapGroup("/v1/semantic_caches").WithTags("Semantic caches");
        caches.MapPost("", CreateAsync).RequireAuthorization(Policies.Admin)
            .WithName("gateway.semantic_caches.create").WithSummary("Make a semantic cache for some models, keys or prompts.");
        caches.MapGet("", ListAsync).RequireAuthorization(Policies.Data)
            .WithName("gateway.semantic_caches.list").WithSummary("List the project's semantic caches.");
        caches.MapGet("/{id}", GetAsync).RequireAuthorization(Policies.Data)
            .WithName("gateway.semantic_caches.get").WithSummary("Get one semantic cache.");
        caches.MapPost("/{id}", UpdateAsync).RequireAuthorization(Policies.Admin)
            .WithName("gateway.semantic_caches.update").WithSummary("Change a semantic cache on every gateway; what is absent stays.");
        caches.MapDelete("/{id}", DeleteAsync).RequireAuthorization(Policies.Admin)
            .WithName("gateway.semantic_caches.delete").WithSummary("Delete a semantic cache with its entries.");
    }

    /// <summary>A cache of the caller's project.</summary>
    /// <exception cref="ApiException">404.</exception>
    public static async Task<SemanticCache> FindSemanticCacheAsync(this GatewayDbContext context, string project, string id, CancellationToken cancellationToken) =>
        await context.SemanticCaches.SingleOrDefaultAsync(cache => cache.ProjectId == project && cache.Id == id, cancellationToken)
        ?? throw new ApiException(ApiErrors.NotFound($"There is no semantic cache '{id}'.", "id"));

    private static async Task<IResult> CreateAsync(
        SemanticCacheRequest request, HttpContext http, GatewayDbContext context, SemanticCacheProbe probe, SettingsChange change, SemanticCacheDirectory directory,
        TimeProvider time, CancellationToken cancellationToken)
    {
        var project = http.Caller().ProjectId;
        var policy = request.ToPolicy();
        probe.CheckModels(project, policy);
        var now = time.GetUtcNow();
        var cache = new SemanticCache
        {
            Id = RowIds.New(SemanticCache.Prefix, now),
            ProjectId = project,
            Policy = policy,
            Dimensions = await probe.MeasureAsync(project, policy.EmbeddingModel, cancellationToken),
            Generation = 0,
            CreatedAt = now.ToUnixTimeSeconds(),
            UpdatedAt = now.ToUnixTimeSeconds(),
        };
        await change.MakeAsync(
            directory,
            project,
            async () => await context.SemanticCaches.CountAsync(row => row.ProjectId == project, cancellationToken) < MaxCaches
                ? context.Add(cache)
                : throw new ApiException(ApiErrors.BadRequest($"A project may have at most {MaxCaches} semantic caches.", "name", "too_many_semantic_caches")),
            cancellationToken);
        return Show(cache);
    }

    private static async Task<IResult> ListAsync(HttpContext http, GatewayDbContext context, CancellationToken cancellationToken)
    {
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: true);
        var project = http.Caller().ProjectId;
        var cursor = page.After is { } after ? await context.FindSemanticCacheAsync(project, after, cancellationToken) : null;
        var rows = await context.SemanticCaches.AsNoTracking().Where(cache => cache.ProjectId == project)
            .Page(page, nameof(SemanticCache.CreatedAt), cursor is null ? null : (cursor.CreatedAt, cursor.Id)).ToListAsync(cancellationToken);
        return TypedResults.Json(
            rows.ToPage(page.Limit, SemanticCacheResource.From, cache => cache.Id), GatewayJsonContext.Default.ListPageSemanticCacheResource);
    }

    private static async Task<IResult> GetAsync(string id, HttpContext http, GatewayDbContext context, CancellationToken cancellationToken) =>
        Show(await context.FindSemanticCacheAsync(http.Caller().ProjectId, id, cancellationToken));

    private static async Task<IResult> UpdateAsync(
        string id, SemanticCacheRequest request, HttpContext http, GatewayDbContext context, SemanticCacheProbe probe, SettingsChange change,
        SemanticCacheDirectory directory, TimeProvider time, CancellationToken cancellationToken)
    {
        var project = http.Caller().ProjectId;
        var cache = await change.MakeAsync(
            directory,
            project,
            async () =>
            {
                var cache = await context.FindSemanticCacheAsync(project, id, cancellationToken);
                cache.Policy = request.Over(cache.Policy);
                probe.CheckModels(project, cache.Policy);

                // Whoever sets a threshold means it; tuning goes on from there.
                cache.TunedThreshold = request.Threshold is null && request.MinThreshold is null ? cache.TunedThreshold : null;
                cache.UpdatedAt = time.GetUtcNow().ToUnixTimeSeconds();
                return cache;
            },
            cancellationToken);
        return Show(cache);
    }

    /// <summary>The cache goes at once, its rows with the next sweep.</summary>
    private static async Task<IResult> DeleteAsync(
        string id, HttpContext http, GatewayDbContext context, SettingsChange change, SemanticCacheDirectory directory, CancellationToken cancellationToken)
    {
        var project = http.Caller().ProjectId;
        await change.MakeAsync(
            directory, project, async () => context.Remove(await context.FindSemanticCacheAsync(project, id, cancellationToken)), cancellationToken);
        return TypedResults.Json(new DeletedObject(id, "semantic_cache.deleted"), GatewayJsonContext.Default.DeletedObject);
    }

    private static JsonHttpResult<SemanticCacheResource> Show(SemanticCache cache) =>
        TypedResults.Json(SemanticCacheResource.From(cache), GatewayJsonContext.Default.SemanticCacheResource);
}
