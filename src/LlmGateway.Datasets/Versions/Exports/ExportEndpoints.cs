using System.Globalization;
using LlmGateway.Datasets.Storage;
using LlmGateway.Datasets.Versions.Leakage;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace LlmGateway.Datasets.Versions.Exports;

/// <summary>Versions as files, and what training on one would cost.</summary>
internal static class ExportEndpoints
{
    private const int MaxEpochs = 100;
    private const int MaxModelLength = 256;

    /// <param name="versions">The versions of a dataset.</param>
    public static void MapExports(this IEndpointRouteBuilder versions)
    {
        versions.MapGet("/{version}/export", ExportAsync).WithName("ExportDatasetVersion").WithSummary("Get a version as a file in a trainer's format");
        versions.MapGet("/{version}/export/estimate", EstimateAsync).WithName("EstimateDatasetExport").WithSummary("Count a version's tokens and estimate the cost of training on it");
    }

    private static async Task<IResult> ExportAsync(
        string id, string version, HttpContext http, DatasetsDbContext context, CancellationToken cancellationToken)
    {
        var split = VersionLookup.ReadSplit(http.Request.Query);
        var format = ExportFormat.Read(http.Request.Query);
        var found = await context.FindVersionAsync(http.Caller().ProjectId, id, version, cancellationToken);
        await format.CheckAsync(context, found, split, cancellationToken);
        if (format.IsTraining && !LeakageEndpoint.ReadAllowed(http.Request.Query))
        {
            await LeakageCheck.BlockAsync(context, found, split, cancellationToken);
        }

        return new VersionExport(context, found, split, format);
    }

    private static async Task<IResult> EstimateAsync(
        string id, string version, HttpContext http, DatasetsDbContext context, TrainingPrices prices, CancellationToken cancellationToken)
    {
        var split = VersionLookup.ReadSplit(http.Request.Query);
        var format = ExportFormat.ReadTraining(http.Request.Query);
        var (model, epochs) = (ReadModel(http.Request.Query), ReadEpochs(http.Request.Query));
        var found = await context.FindVersionAsync(http.Caller().ProjectId, id, version, cancellationToken);
        await format.CheckAsync(context, found, split, cancellationToken);
        var counts = new TrainingTokens(model, format.Need!);
        await foreach (var page in ItemContent.PagesOf(context, found, split, cancellationToken))
        {
            counts.Add(page, cancellationToken);
        }

        return TypedResults.Json(ExportEstimate.Of(found, format.Name, counts, prices.Find(model, format.Need), epochs), DatasetsJsonContext.Default.ExportEstimate);
    }

    private static string ReadModel(IQueryCollection query) => query["model"].ToString() is { Length: > 0 and <= MaxModelLength } model
        ? model
        : throw new ApiException(ApiErrors.BadRequest($"Missing or invalid 'model': expected a model's name of at most {MaxModelLength} characters.", "model"));

    private static int ReadEpochs(IQueryCollection query) => query["epochs"].ToString() switch
    {
        "" => TrainingTokens.DefaultEpochs,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var epochs) && epochs is >= 1 and <= MaxEpochs => epochs,
        _ => throw new ApiException(ApiErrors.BadRequest($"Invalid 'epochs': expected an integer from 1 to {MaxEpochs}.", "epochs")),
    };
}
