using LlmGateway.Datasets.Catalog;
using LlmGateway.Datasets.Storage;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace LlmGateway.Datasets.Versions.FromInferences;

/// <summary>Production traffic becomes a version by one call, or tells first what would come of it.</summary>
internal static class FromInferencesEndpoint
{
    private const string SourcePrefix = "source.";

    public static void MapFromInferences(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/datasets/{id}/from_inferences", MakeAsync)
            .WithName("CreateDatasetFromInferences").WithSummary("Make a version from logged calls, or try it without making one")
            .WithMetadata(new RequestSizeLimitAttribute(VersionRequest.MaxBodyBytes));

    private static async Task<IResult> MakeAsync(
        string id, FromInferencesRequest request, HttpContext http, DatasetsDbContext context, VersionSources sources, VersionBuilder builder, DryRun dryRun,
        CancellationToken cancellationToken)
    {
        try
        {
            var version = request.ToVersion();
            if (!request.DryRun)
            {
                return await VersionEndpoints.CreateAsync(id, version, http, context, sources, builder, cancellationToken);
            }

            version.Check();
            var dataset = await context.FindDatasetAsync(http.Caller().ProjectId, id, cancellationToken);
            return TypedResults.Json(await dryRun.RunAsync(dataset, version, cancellationToken), DatasetsJsonContext.Default.DryRunView);
        }
        catch (ApiException refusal) when (refusal.Error.Param?.StartsWith(SourcePrefix, StringComparison.Ordinal) == true)
        {
            // Here the members of the source are the request's own.
            throw new ApiException(refusal.Error with
            {
                Param = refusal.Error.Param[SourcePrefix.Length..],
                Message = refusal.Error.Message.Replace($"'{SourcePrefix}", "'", StringComparison.Ordinal),
            });
        }
    }
}
