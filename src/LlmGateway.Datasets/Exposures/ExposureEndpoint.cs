using LlmGateway.Contracts.Datasets;
using LlmGateway.Datasets.Storage;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace LlmGateway.Datasets.Exposures;

/// <summary>Tells Evaluation what came of an experiment's variants.</summary>
internal static class ExposureEndpoint
{
    public static void MapExposures(this IEndpointRouteBuilder routes) =>
        routes.MapGet(ExposureSums.Path, GetAsync).WithName("GetExposures").WithSummary("Sum what came of an experiment's variants").ExcludeFromDescription();

    private static async Task<IResult> GetAsync(HttpContext http, DatasetsDbContext context, CancellationToken cancellationToken) => TypedResults.Json(
        await ExposureTable.ReadAsync(context, ExposureQuery.Read(http.Request.Query, http.Caller().ProjectId), cancellationToken),
        DatasetsJsonContext.Default.ExposureSums);
}
