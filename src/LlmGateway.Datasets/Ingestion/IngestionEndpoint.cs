using System.Buffers;
using LlmGateway.Contracts.Datasets;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace LlmGateway.Datasets.Ingestion;

/// <summary>
/// Takes batches of the gateway's log. Success is answered after the commit only, so the sender may forget the batch then;
/// a batch that is sent again is stored once.
/// </summary>
internal static class IngestionEndpoint
{
    public static void MapIngestion(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/internal/inferences", StoreAsync)
            .WithName("StoreInferences")
            .WithSummary("Store a batch of logged calls")
            .WithMetadata(new RequestSizeLimitAttribute(InferenceQueue.MaxBatchBytes))
            .ExcludeFromDescription();

    private static async Task<IResult> StoreAsync(
        HttpContext http, BatchIntake intake, CancellationToken cancellationToken)
    {
        if (http.Request.ContentType != InferenceFrameCodec.MediaType)
        {
            return new ApiError(
                StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", $"Send the batch as '{InferenceFrameCodec.MediaType}'.");
        }

        if (http.Request.ContentLength is not { } length)
        {
            return new ApiError(StatusCodes.Status411LengthRequired, "length_required", "Send the batch with a Content-Length.");
        }

        if (length > InferenceQueue.MaxBatchBytes)
        {
            return new ApiError(StatusCodes.Status413PayloadTooLarge, "request_too_large", $"A batch has at most {InferenceQueue.MaxBatchBytes} bytes.");
        }

        var buffer = ArrayPool<byte>.Shared.Rent((int)length);
        try
        {
            var body = buffer.AsMemory(0, (int)length);
            await http.Request.Body.ReadExactlyAsync(body, cancellationToken);
            return TypedResults.Json(await intake.TakeAsync(body, cancellationToken), DatasetsJsonContext.Default.IngestionResult);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
