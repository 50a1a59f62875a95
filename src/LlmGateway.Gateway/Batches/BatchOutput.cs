using LlmGateway.Gateway.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Gateway.Batches;

/// <summary>Writes a batch's files once no more calls are made, and ends it.</summary>
internal sealed class BatchOutput(GatewayDbContext store, BatchFiles files, BatchInput input, BatchMetrics metrics, TimeProvider time)
{
    private static readonly byte[] LineEnd = "\n"u8.ToArray();

    public async Task WriteAsync(Batch batch, Lease lease, CancellationToken cancellationToken)
    {
        var (output, error, errors) = await TryUploadAsync(batch, cancellationToken);
        CrashPoint.Reach("gateway.batch.uploaded");
        var ending = errors is null ? batch.Ending! : BatchEnding.Failed;
        await BatchStages.MoveAsync(
            store,
            lease,
            batch.Status,
            set => set.SetProperty(row => row.Status, BatchStage.Announcing)
                .SetProperty(row => row.Ending, ending)
                .SetProperty(row => row.EndedAt, time.NowMicros())
                .SetProperty(row => row.OutputFileId, output)
                .SetProperty(row => row.ErrorFileId, error)
                .SetProperty(row => row.Errors, errors ?? batch.Errors),
            cancellationToken);
        metrics.End(ending);
    }

    private async Task<(string? Output, string? Error, string? Errors)> TryUploadAsync(Batch batch, CancellationToken cancellationToken)
    {
        string? output = null;
        try
        {
            output = batch.Completed == 0 ? null : await UploadAsync(batch, "output", WriteCompletedAsync, cancellationToken);
            var error = batch.Completed == batch.Total ? null : await UploadAsync(batch, "error", WriteFailedAsync, cancellationToken);
            return (output, error, null);
        }
        catch (BatchFailedException exception)
        {
            return (output, null, BatchErrors.Write([exception.Error]));
        }
    }

    /// <summary>Whoever takes over from a worker that died here finds what that one uploaded: the results are the same.</summary>
    private async Task<string> UploadAsync(
        Batch batch, string kind, Func<Batch, Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        var filename = $"{batch.Id}_{kind}.jsonl";
        return (batch.Fence > 1 ? await files.FindUploadedAsync(batch.ProjectId, filename, cancellationToken) : null)
            ?? await files.UploadAsync(
                batch.ProjectId, filename, batch.OutputExpiresAfter, (stream, token) => write(batch, stream, token), cancellationToken);
    }

    private Task WriteCompletedAsync(Batch batch, Stream stream, CancellationToken cancellationToken) =>
        WriteResultsAsync(batch, failed: false, stream, cancellationToken);

    private async Task WriteFailedAsync(Batch batch, Stream stream, CancellationToken cancellationToken)
    {
        await WriteResultsAsync(batch, failed: true, stream, cancellationToken);
        if (batch.Completed + batch.Failed < batch.Total)
        {
            await WriteUnmadeAsync(batch, stream, cancellationToken);
        }
    }

    private async Task WriteResultsAsync(Batch batch, bool failed, Stream stream, CancellationToken cancellationToken)
    {
        var results = store.BatchResults.AsNoTracking()
            .Where(row => row.BatchId == batch.Id && row.IsFailed == failed).OrderBy(row => row.Line).Select(row => row.Output);
        await foreach (var line in results.AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            await WriteLineAsync(stream, line, cancellationToken);
        }
    }

    /// <summary>Every request ends in one of the files, also where it was not made.</summary>
    private async Task WriteUnmadeAsync(Batch batch, Stream stream, CancellationToken cancellationToken)
    {
        var done = await store.BatchResults.Where(row => row.BatchId == batch.Id).Select(row => row.Line).ToHashSetAsync(cancellationToken);
        var why = Why(batch);
        await foreach (var line in input.ReadAsync(batch, cancellationToken))
        {
            if (!done.Contains(line.Number))
            {
                await WriteLineAsync(stream, OutputLine.Unmade(batch, BatchRequestLine.Read(line, batch.Endpoint), why), cancellationToken);
            }
        }
    }

    private static BatchError Why(Batch batch) => batch.Ending switch
    {
        BatchEnding.Expired => new("batch_expired", "This request could not be executed before the completion window expired."),
        BatchEnding.Cancelled => new("batch_cancelled", "The batch was cancelled before this request was executed."),
        _ => BatchErrors.Read(batch.Errors)!.Data[0],
    };

    private static async Task WriteLineAsync(Stream stream, byte[] line, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(line, cancellationToken);
        await stream.WriteAsync(LineEnd, cancellationToken);
    }
}
