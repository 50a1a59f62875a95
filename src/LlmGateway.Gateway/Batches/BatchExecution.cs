using LlmGateway.Gateway.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Gateway.Batches;

/// <summary>Makes those of a batch's requests that have no result yet, some at a time.</summary>
internal sealed class BatchExecution(
    GatewayDbContext store, BatchInput input, ItemCall call, ConfirmCaller confirm, BatchMetrics metrics, GatewaySettings settings, IServiceScopeFactory scopes, TimeProvider time)
{
    /// <summary>How soon a cancellation, a revoked key and the window's end stop it.</summary>
    private static readonly TimeSpan WatchPeriod = TimeSpan.FromSeconds(1);

    public async Task RunAsync(Batch batch, Lease lease, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var writer = new ResultWriter(scopes, lease);
        var writing = writer.RunAsync();
        var watching = WatchAsync(batch, stop);
        (string Ending, List<BatchError>? Errors)? ending = null;
        try
        {
            ending = await TryFinishAsync(batch, writer, stop) ? (BatchEnding.Completed, null) : null;
        }
        finally
        {
            await stop.CancelAsync();
            writer.Complete();
            await writing;
            ending ??= await watching;
        }

        cancellationToken.ThrowIfCancellationRequested();
        await BatchStages.EndAsync(store, lease, BatchStage.InProgress, ending!.Value.Ending, ending.Value.Errors, time, cancellationToken);
    }

    /// <returns>False if it was stopped: why, the watch knows.</returns>
    private async Task<bool> TryFinishAsync(Batch batch, ResultWriter writer, CancellationTokenSource stop)
    {
        try
        {
            var done = await store.BatchResults.Where(row => row.BatchId == batch.Id).Select(row => row.Line).ToHashSetAsync(stop.Token);
            using var left = metrics.Begin(batch.Total - done.Count);
            var options = new ParallelOptions { MaxDegreeOfParallelism = settings.Current.Batches.Concurrency, CancellationToken = stop.Token };
            await Parallel.ForEachAsync(ReadAsync(batch, done, stop.Token), options, async (request, token) =>
            {
                await AskAsync(batch, request, writer, token);
                left.Finish();
            });
            return true;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return false;
        }
    }

    private async IAsyncEnumerable<BatchRequestLine> ReadAsync(
        Batch batch, HashSet<int> done, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var line in input.ReadAsync(batch, cancellationToken))
        {
            if (!done.Contains(line.Number))
            {
                yield return BatchRequestLine.Read(line, batch.Endpoint);
            }
        }
    }

    private async Task AskAsync(Batch batch, BatchRequestLine request, ResultWriter writer, CancellationToken cancellationToken)
    {
        var answer = await call.AskAsync(batch, request, cancellationToken);
        if (answer.Status == System.Net.HttpStatusCode.Unauthorized && await IsRevokedAsync(batch, cancellationToken))
        {
            // Not this request's fault: the watch ends the batch.
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
        }

        CrashPoint.Reach("gateway.batch.answered");
        await writer.WriteAsync(OutputLine.Of(batch, request, answer), answer);
        CrashPoint.Reach("gateway.batch.written");
        metrics.Count(answer.IsGood ? "completed" : "failed");
    }

    /// <returns>Why it stopped the batch; null if it did not.</returns>
    private async Task<(string Ending, List<BatchError>? Errors)?> WatchAsync(Batch batch, CancellationTokenSource stop)
    {
        try
        {
            using var timer = new PeriodicTimer(WatchPeriod, time);
            do
            {
                if (await FindEndingAsync(batch, stop.Token) is { } ending)
                {
                    await stop.CancelAsync();
                    return ending;
                }
            }
            while (await timer.WaitForNextTickAsync(stop.Token));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // It is done, or the process stops.
        }

        return null;
    }

    private async Task<(string Ending, List<BatchError>? Errors)?> FindEndingAsync(Batch batch, CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var row = await scope.ServiceProvider.GetRequiredService<GatewayDbContext>().Batches.AsNoTracking()
                .Where(row => row.Id == batch.Id).Select(row => new { row.Status, row.ExpiresAt }).SingleOrDefaultAsync(cancellationToken);
            return row is null || row.Status == BatchStage.Cancelling ? (BatchEnding.Cancelled, null)
                : row.ExpiresAt <= time.NowMicros() ? (BatchEnding.Expired, null)
                : await IsRevokedAsync(batch, cancellationToken) ? (BatchEnding.Failed, [new BatchError("key_revoked", "The API key that made the batch was revoked or has expired.")])
                : null;
        }
        catch (Exception exception) when (StoreErrors.IsOfStore(exception))
        {
            // The next look may see more.
            return null;
        }
    }

    private async Task<bool> IsRevokedAsync(Batch batch, CancellationToken cancellationToken) =>
        batch.KeyId is not null && await confirm(new Caller(batch.ProjectId, batch.KeyId, Scopes.Inference, BatchWorker.Purpose), cancellationToken) is null;
}
