using System.Globalization;
using LlmGateway.Datasets.Storage;
using LlmGateway.Datasets.Versions.Curation;
using LlmGateway.Service;
using LlmGateway.Text.NearDuplicates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace LlmGateway.Datasets.Versions.Leakage;

/// <summary>What of a version leaks into where models are tested.</summary>
internal static class LeakageEndpoint
{
    public static void MapDatasetLeakage(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/datasets/{id}/versions/{version}/leakage", FindAsync).WithName("FindDatasetLeakage").WithSummary("Find items to train on that models are tested by");

    /// <summary>Whether a training export goes on although items leak.</summary>
    /// <exception cref="ApiException">It is neither true nor false (400).</exception>
    public static bool ReadAllowed(IQueryCollection query) => query["allow_leakage"].ToString() switch
    {
        "" or "false" => false,
        "true" => true,
        _ => throw new ApiException(ApiErrors.BadRequest("Invalid 'allow_leakage': expected 'true' or 'false'.", "allow_leakage")),
    };

    private static async Task<IResult> FindAsync(string id, string version, HttpContext http, DatasetsDbContext context, CancellationToken cancellationToken)
    {
        var split = VersionLookup.ReadSplit(http.Request.Query);
        var threshold = ReadThreshold(http.Request.Query);
        var found = await context.FindVersionAsync(http.Caller().ProjectId, id, version, cancellationToken);
        return TypedResults.Json(await LeakageCheck.FindAsync(context, found, split, threshold, cancellationToken), DatasetsJsonContext.Default.LeakageReport);
    }

    private static double ReadThreshold(IQueryCollection query)
    {
        var text = query["threshold"].ToString();
        var threshold = text.Length == 0 ? NearDuplicateIndex.DefaultThreshold
            : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number
            : double.NaN;
        ComparedText.CheckThreshold(threshold, "threshold");
        return threshold;
    }
}
