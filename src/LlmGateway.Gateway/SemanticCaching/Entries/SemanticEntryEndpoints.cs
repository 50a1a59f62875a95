using System.Globalization;
using LlmGateway.Gateway.SemanticCaching.Caches;
using LlmGateway.Gateway.Settings;
using LlmGateway.Gateway.Storage;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Gateway.SemanticCaching.Entries;

/// <summary>Seeing and removing what a semantic cache holds.</summary>
internal static class SemanticEntryEndpoints
{
    private static readonly string[] Filters = ["id", "partition", "prompt_id", "prompt_version", "all"];

    public static void MapSemanticEntries(this IEndpointRouteBuilder endpoints)
    {
        var entries = endpoints.MapGroup("/v1/semantic_caches/{id}/entries").WithTags("Semantic caches");
        entries.MapGet("", ListAsync).RequireAuthorization(Policies.Data)
            .WithName("gateway.semantic_caches.entries.list").WithSummary("List stored questions, the newest first.");
        entries.MapDelete("", RemoveAsync).RequireAuthorization(Policies.Admin)
            .WithName("gateway.semantic_caches.entries.delete").WithSummary("Remove entries by id, partition or prompt version, or all.");
    }

    private static async Task<IResult> ListAsync(string id, HttpContext http, GatewayDbContext context, CancellationToken cancellationToken)
    {
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: true);
        var cache = await context.FindSemanticCacheAsync(http.Caller().ProjectId, id, cancellationToken);
        var entries = context.SemanticEntries.AsNoTracking().Where(entry => entry.CacheId == cache.Id);
        if (http.Request.Query["partition"].ToString() is { Length: > 0 } partition)
        {
            entries = entries.Where(entry => entry.Partition == partition);
        }

        if (page.After is { } after)
        {
            entries = page.Descending ? entries.Where(entry => entry.Id.CompareTo(after) < 0) : entries.Where(entry => entry.Id.CompareTo(after) > 0);
        }

        entries = page.Descending ? entries.OrderByDescending(entry => entry.Id) : entries.OrderBy(entry => entry.Id);
        var rows = await entries.Take(page.Limit + 1)
            .Select(entry => new SemanticEntryResource(
                entry.Id, "semantic_cache.entry", entry.Partition, entry.Question, entry.PromptId, entry.PromptVersion, entry.InferenceId,
                entry.CreatedAt, entry.ExpiresAt, entry.LastUsedAt))
            .ToListAsync(cancellationToken);
        return TypedResults.Json(rows.ToPage(page.Limit, entry => entry, entry => entry.Id), GatewayJsonContext.Default.ListPageSemanticEntryResource);
    }

    private static async Task<IResult> RemoveAsync(
        string id, HttpContext http, GatewayDbContext context, SemanticStore store, SemanticCacheProbe probe, SettingsChange change, SemanticCacheDirectory directory,
        TimeProvider time, CancellationToken cancellationToken)
    {
        var project = http.Caller().ProjectId;
        var filter = ReadFilter(http.Request.Query);
        var cache = await context.FindSemanticCacheAsync(project, id, cancellationToken);
        var dimensions = filter == EntryFilter.All ? await probe.MeasureAsync(project, cache.Policy.EmbeddingModel, cancellationToken) : cache.Dimensions;

        // First, so that no answer that is under way comes after the removal.
        await change.MakeAsync(
            directory,
            project,
            () =>
            {
                cache.Generation++;
                cache.Dimensions = dimensions;
                cache.UpdatedAt = time.GetUtcNow().ToUnixTimeSeconds();
                return Task.FromResult(cache);
            },
            cancellationToken);
        var removed = 0;
        foreach (var entries in store.All)
        {
            removed += await entries.RemoveAsync(cache, filter, cancellationToken);
        }

        return TypedResults.Json(new SemanticRemoval(cache.Id, "semantic_cache.entries.deleted", removed), GatewayJsonContext.Default.SemanticRemoval);
    }

    private static EntryFilter ReadFilter(IQueryCollection query)
    {
        if (query.Keys.FirstOrDefault(key => !Filters.Contains(key)) is { } unknown)
        {
            throw new ApiException(ApiErrors.BadRequest($"Unknown query parameter '{unknown}': expected one of {string.Join(", ", Filters)}.", unknown));
        }

        var filter = new EntryFilter(Text("id"), Text("partition"), Text("prompt_id"), ReadVersion(Text("prompt_version")));
        if (filter == EntryFilter.All != (Text("all") == "true"))
        {
            throw new ApiException(ApiErrors.BadRequest("Say which entries: by 'id', 'partition', 'prompt_id' and 'prompt_version', or 'all=true' and nothing else.", "all"));
        }

        return filter;

        string? Text(string name) => query[name].ToString() is { Length: > 0 } text ? text : null;
    }

    private static int? ReadVersion(string? text) =>
        text is null ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version
        : throw new ApiException(ApiErrors.BadRequest("Invalid 'prompt_version': expected an integer.", "prompt_version"));
}

/// <summary>An entry as callers see it; its answer is that of the call <c>inference_id</c> (<c>GET /v1/inferences/{id}</c>).</summary>
internal sealed record SemanticEntryResource(
    string Id, string Object, string Partition, string Question, string? PromptId, int? PromptVersion, Guid InferenceId,
    long CreatedAt, long ExpiresAt, long LastUsedAt);

/// <summary>What was removed; <c>deleted</c> counts stored entries, and none of those that are only in gateways' memory.</summary>
internal sealed record SemanticRemoval(string Id, string Object, int Deleted);
