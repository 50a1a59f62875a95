using LlmGateway.Contracts.Datasets;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace LlmGateway.Datasets.TrainingChecks;

/// <summary>The fine-tuning service asks what is to be said of a job's data, see <see cref="TrainingCheckRequest"/>.</summary>
internal static class TrainingCheckEndpoint
{
    private const int MaxEpochs = 100;
    private const int MaxModelLength = 256;

    public static void MapTrainingChecks(this IEndpointRouteBuilder routes) =>
        routes.MapPost(TrainingCheckRequest.Path, CheckAsync).WithName("CheckTrainingData").WithSummary("Look at the data of a fine-tuning job").ExcludeFromDescription();

    private static async Task<IResult> CheckAsync(TrainingCheckRequest request, HttpContext http, TrainingCheck check, CancellationToken cancellationToken)
    {
        if (TrainingMethod.Find(request.Method) is not { } method)
        {
            return ApiErrors.BadRequest("Invalid 'method': expected supervised, dpo or reinforcement.", "method");
        }

        if (request.Model is not { Length: > 0 and <= MaxModelLength } || request.Epochs is < 1 or > MaxEpochs || request.Training is null)
        {
            return ApiErrors.BadRequest($"'model' and 'training' are required, and 'epochs' are from 1 to {MaxEpochs}.", "training");
        }

        return TypedResults.Json(await check.RunAsync(request, method, http.Caller().ProjectId, cancellationToken), DatasetsJsonContext.Default.TrainingCheckReport);
    }
}
