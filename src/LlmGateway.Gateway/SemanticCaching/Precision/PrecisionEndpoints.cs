using System.Text.Json.Serialization;
using LlmGateway.Gateway.SemanticCaching.Caches;
using LlmGateway.Gateway.Storage;
using LlmGateway.Service;
using LlmGateway.Statistics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Gateway.SemanticCaching.Precision;

/// <summary>How often a semantic cache is right, and setting its threshold by that.</summary>
internal static class PrecisionEndpoints
{
    public static void MapSemanticPrecision(this IEndpointRouteBuilder endpoints)
    {
        var cache = endpoints.MapGroup("/v1/semantic_caches/{id}").WithTags("Semantic caches");
        cache.MapGet("/partitions", ListAsync).RequireAuthorization(Policies.Data)
            .WithName("gateway.semantic_caches.partitions.list").WithSummary("List partitions with their hits and judged precision.");
        cache.MapPost("/tune", TuneAsync).RequireAuthorization(Policies.Admin)
            .WithName("gateway.semantic_caches.tune").WithSummary("Set the threshold by judged pairs, recorded or given.");
    }

    private static async Task<IResult> ListAsync(string id, HttpContext http, GatewayDbContext context, CancellationToken cancellationToken)
    {
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: true);
        var cache = await context.FindSemanticCacheAsync(http.Caller().ProjectId, id, cancellationToken);
        var all = context.SemanticPartitions.AsNoTracking().Where(partition => partition.CacheId == cache.Id);
        var cursor = page.After is { } after
            ? await all.SingleOrDefaultAsync(partition => partition.Id == after, cancellationToken)
                ?? throw new ApiException(ApiErrors.BadRequest($"There is no partition '{after}' to list after.", "after"))
            : null;
        var rows = await all.Page(page, "CreatedAt", cursor is null ? null : (cursor.CreatedAt, cursor.Id)).ToListAsync(cancellationToken);
        var ids = rows.Select(row => row.Id).ToList();
        var held = await context.SemanticEntries.Where(entry => entry.CacheId == cache.Id && ids.Contains(entry.Partition))
            .GroupBy(entry => entry.Partition).Select(group => new { group.Key, Count = group.Count() })
            .ToDictionaryAsync(group => group.Key, group => group.Count, cancellationToken);
        var judged = await context.JudgedPairs.Where(pair => pair.CacheId == cache.Id && pair.Kind == PairKind.Hit && ids.Contains(pair.Partition!))
            .GroupBy(pair => pair.Partition!).Select(group => new { group.Key, Count = group.Count(), Same = group.Count(pair => pair.Same) })
            .ToDictionaryAsync(group => group.Key, cancellationToken);
        return TypedResults.Json(
            rows.ToPage(
                page.Limit,
                row => new SemanticPartitionResource(
                    row.Id, "semantic_cache.partition", row.Model, row.Deployment, row.PromptId, row.PromptVersion,
                    Math.Max(row.Threshold ?? 0, cache.Threshold), row.Threshold is not null,
                    held.GetValueOrDefault(row.Id), row.Hits,
                    judged.TryGetValue(row.Id, out var pairs) ? PrecisionReport.Of(pairs.Same, pairs.Count) : null, row.CreatedAt),
                row => row.Id),
            GatewayJsonContext.Default.ListPageSemanticPartitionResource);
    }

    private static async Task<IResult> TuneAsync(
        string id, TuneRequest request, HttpContext http, GatewayDbContext context, GivenPairs given, ThresholdTuning tuning, CancellationToken cancellationToken)
    {
        var cache = await context.FindSemanticCacheAsync(http.Caller().ProjectId, id, cancellationToken);
        if (request.Pairs is { } pairs)
        {
            await given.ReplaceAsync(cache, pairs, cancellationToken);
        }

        // What is in force now decides, and changing it bumps a row that is tracked already.
        context.ChangeTracker.Clear();
        var outcome = await tuning.TuneAsync(cache, cancellationToken);
        return TypedResults.Json(TuningResource.From(cache, outcome), GatewayJsonContext.Default.TuningResource);
    }
}

/// <param name="Pairs">Labelled pairs, best each a question with the stored one nearest to it; null tunes by what is recorded.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record TuneRequest(IReadOnlyList<LabelledPair>? Pairs);

/// <param name="A">A question.</param>
/// <param name="B">Another.</param>
/// <param name="Same">Whether both have the same answer.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record LabelledPair(string? A, string? B, bool? Same);

/// <param name="Judged">Pairs.</param>
/// <param name="Right">Those with the same answer.</param>
/// <param name="Value">Their share.</param>
/// <param name="Low">Where Wilson's 95 % interval of the share begins.</param>
/// <param name="High">Where it ends.</param>
internal sealed record PrecisionReport(int Judged, int Right, double Value, double Low, double High)
{
    public static PrecisionReport Of(int right, int judged)
    {
        var interval = Proportion.Wilson(right, judged);
        return new PrecisionReport(judged, right, (double)right / judged, interval.Low, interval.High);
    }
}

/// <summary>
/// A partition as callers see it. <c>threshold</c> is in force, and <c>tightened</c> when it is the partition's own because its hits
/// were wrong too often; <c>precision</c> is that of judged hits, null before there were any.
/// </summary>
internal sealed record SemanticPartitionResource(
    string Id, string Object, string Model, string Deployment, string? PromptId, int? PromptVersion, double Threshold, bool Tightened, int Entries, long Hits,
    PrecisionReport? Precision, long CreatedAt);

/// <summary>
/// What tuning did. <c>applied</c> tells whether the pairs decided the threshold; <c>precision</c> is that of the pairs at it or above,
/// null where no precision can be promised, and then <c>reason</c> says what is missing.
/// </summary>
internal sealed record TuningResource(
    string Id, string Object, double Threshold, double PreviousThreshold, bool Applied, int Pairs, PrecisionReport? Precision, string? Reason)
{
    public static TuningResource From(SemanticCache cache, TuningOutcome outcome)
    {
        var target = cache.Policy.TargetPrecision;
        var needed = Proportion.ItemsForLowerBound(1, target) ?? ThresholdChoice.MinPairs;
        return new TuningResource(
            cache.Id, "semantic_cache.tuning", outcome.Threshold, outcome.Previous, outcome.Applied, outcome.Pairs,
            outcome.Choice is { } choice ? PrecisionReport.Of(choice.Same, choice.Pairs) : null,
            outcome.Choice is null
                ? FormattableString.Invariant($"At no threshold from {cache.Policy.Floor} on do the pairs promise a precision of {target}: that takes at least {Math.Max(needed, ThresholdChoice.MinPairs)} pairs of which nearly all have the same answer.")
                : null);
    }
}
