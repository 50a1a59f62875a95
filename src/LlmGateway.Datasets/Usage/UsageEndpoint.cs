using LlmGateway.Datasets.Storage;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace LlmGateway.Datasets.Usage;

/// <summary>What was used and what it cost, of every purpose: the caller's project, or for an admin all of them.</summary>
internal static class UsageEndpoint
{
    public static void MapUsage(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/usage", GetAsync).WithName("GetUsage").WithSummary("Sum usage and cost by time");

    private static async Task<IResult> GetAsync(HttpContext http, DatasetsDbContext context, TimeProvider time, CancellationToken cancellationToken)
    {
        var query = UsageQuery.Read(http.Request.Query, http.Caller(), time);
        var results = await UsageTable.ReadAsync(context, query, cancellationToken);
        var buckets = new List<UsageBucket>();
        for (var number = query.FirstBucket; number <= query.LastBucket; number++)
        {
            buckets.Add(new UsageBucket(
                UnixMicros.ToTime(number * query.WidthMicros).UtcDateTime, UnixMicros.ToTime((number + 1) * query.WidthMicros).UtcDateTime, [.. results[number]]));
        }

        return TypedResults.Json(new UsagePage(buckets), DatasetsJsonContext.Default.UsagePage);
    }
}
