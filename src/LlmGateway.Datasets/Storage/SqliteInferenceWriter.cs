using System.Collections.Concurrent;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Datasets.Inferences;
using LlmGateway.Datasets.Ingestion;

namespace LlmGateway.Datasets.Storage;

/// <summary>
/// Stores batches in the file. Those that wait while one is stored are then stored together: calls' body ids come in no
/// order, so each transaction writes about a page of their index for each call, and fewer the more calls it holds.
/// </summary>
/// <param name="connectionString">The store.</param>
internal sealed class SqliteInferenceWriter(string connectionString) : IInferenceWriter, IDisposable
{
    /// <summary>Some 1,000 calls of 2 KB: no reader of the caller's waits longer for them than some 30 ms.</summary>
    private const int MaxTogether = 3;

    // An embedded store has one writer: waiting here is fair and cheap, waiting for its lock is neither.
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly ConcurrentQueue<WaitingBatch> _waiting = new();
    private SqliteInferenceInsert? _insert;

    public async Task<int> StoreAsync(IReadOnlyList<InferenceFrame> batch, CancellationToken cancellationToken)
    {
        using var packed = new PackedBatch(batch);
        var mine = new WaitingBatch(packed);
        _waiting.Enqueue(mine);
        // Not given up when the caller gives up: the batch is the caller's memory, and in the queue.
        await _turn.WaitAsync(CancellationToken.None);
        try
        {
            while (!mine.Stored.Task.IsCompleted)
            {
                // Off the caller's thread, which may parse the next batch meanwhile.
                await Task.Run(StoreWaiting, CancellationToken.None);
            }
        }
        finally
        {
            _turn.Release();
        }

        return await mine.Stored.Task;
    }

    public void Dispose()
    {
        Close();
        _turn.Dispose();
    }

    private void StoreWaiting()
    {
        var together = new List<WaitingBatch>();
        while (together.Count < MaxTogether && _waiting.TryDequeue(out var next))
        {
            together.Add(next);
        }

        if (Store(together) is not { } fault)
        {
            return;
        }

        // Where one of them may be at fault, only its sender is to hear of it.
        var apart = together.Count > 1 && !StoreFaults.IsTransient(fault);
        foreach (var batch in together)
        {
            if (!apart)
            {
                batch.Stored.SetException(fault);
            }
            else if (Store([batch]) is { } itsFault)
            {
                batch.Stored.SetException(itsFault);
            }
        }
    }

    /// <summary>What went wrong, or null; then their senders know.</summary>
    private Exception? Store(List<WaitingBatch> batches)
    {
        try
        {
            _insert ??= new SqliteInferenceInsert(connectionString);
            var stored = _insert.Store([.. batches.Select(batch => batch.Batch)]);
            for (var index = 0; index < stored.Length; index++)
            {
                batches[index].Stored.SetResult(stored[index]);
            }

            return null;
        }
#pragma warning disable CA1031 // Whatever it is goes to the senders.
        catch (Exception exception)
        {
            // A new connection carries no half transaction.
            Close();
            return exception;
        }
#pragma warning restore CA1031
    }

    private void Close()
    {
        _insert?.Dispose();
        _insert = null;
    }

    private sealed record WaitingBatch(PackedBatch Batch)
    {
        public TaskCompletionSource<int> Stored { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
