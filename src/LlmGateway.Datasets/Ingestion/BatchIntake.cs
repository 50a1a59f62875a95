using LlmGateway.Contracts.Gateway;
using LlmGateway.Datasets.Storage;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Datasets.Ingestion;

/// <summary>Reads a batch's frames and stores them; both ways into the store end here.</summary>
internal sealed class BatchIntake(IInferenceWriter writer, IngestionMetrics metrics, TimeProvider clock) : IInferenceSink
{
    private const int UsualRecords = 500;

    /// <summary>Returns after the commit.</summary>
    /// <exception cref="ApiException">The batch is cut off or corrupt (400), or holds what no row may hold, or is of no project (422). Nothing was stored.</exception>
    public async Task<IngestionResult> TakeAsync(ReadOnlyMemory<byte> frames, CancellationToken cancellationToken)
    {
        if (!TryParse(frames, out var batch))
        {
            throw new ApiException(ApiErrors.BadRequest(
                $"Frame {batch.Count} of the batch is cut off or corrupt. Nothing was stored.", null, "corrupt_frame"));
        }

        var began = clock.GetUtcNow();
        if (batch.FindIndex(frame => !Caller.IsProject(frame.Record.ProjectId)) is >= 0 and var stray)
        {
            throw new ApiException(new ApiError(
                StatusCodes.Status422UnprocessableEntity, "unstorable_record", $"The call {batch[stray].Record.Id} is of no project. Nothing was stored."));
        }

        try
        {
            var stored = batch.Count == 0 ? 0 : await writer.StoreAsync(batch, cancellationToken);
            metrics.Count(stored, batch.Count - stored);
            IngestionSpans.Write(batch, began);
            return new IngestionResult(batch.Count, stored);
        }
        catch (Exception exception) when (StoreFaults.IsOfTheData(exception))
        {
            throw new ApiException(new ApiError(
                StatusCodes.Status422UnprocessableEntity, "unstorable_record", "A record lacks what every row must have, or is too large. Nothing was stored."));
        }
    }

    public async Task<SinkResult> StoreAsync(ReadOnlyMemory<byte> frames, CancellationToken cancellationToken)
    {
        try
        {
            await TakeAsync(frames, cancellationToken);
            return new SinkResult(SinkAnswer.Stored);
        }
        catch (ApiException refusal)
        {
            return new SinkResult(SinkAnswer.Refused, refusal.Error.Message);
        }
        catch (Exception exception) when (StoreFaults.IsTransient(exception))
        {
            return new SinkResult(SinkAnswer.Unavailable, exception.Message);
        }
#pragma warning disable CA1031 // What nobody foresaw may be one record's fault, which the sender finds out.
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return new SinkResult(SinkAnswer.Failed, exception.Message);
        }
#pragma warning restore CA1031
    }

    private static bool TryParse(ReadOnlyMemory<byte> frames, out List<InferenceFrame> batch)
    {
        batch = new List<InferenceFrame>(UsualRecords);
        while (!frames.IsEmpty)
        {
            if (InferenceFrameCodec.TryRead(ref frames, out var frame) != FrameRead.Whole)
            {
                return false;
            }

            batch.Add(frame);
        }

        return true;
    }
}

/// <summary>What came of a batch.</summary>
/// <param name="Received">Calls in the batch.</param>
/// <param name="Stored">Those that were new.</param>
internal sealed record IngestionResult(int Received, int Stored);
