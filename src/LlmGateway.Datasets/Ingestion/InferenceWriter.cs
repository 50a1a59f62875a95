using LlmGateway.Contracts.Gateway;
using LlmGateway.Datasets.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace LlmGateway.Datasets.Ingestion;

/// <summary>Stores batches of calls, each batch whole or not at all.</summary>
internal sealed class InferenceWriter : IDisposable
{
    // An embedded store has one writer: waiting here is fair and cheap, waiting for its lock is neither.
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Inserts a batch in one transaction and returns after its commit.</summary>
    /// <returns>How many calls were new.</returns>
    public async Task<int> StoreAsync(DatasetsDbContext context, IReadOnlyList<InferenceFrame> batch, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
            var stored = await InsertAsync(context, transaction, batch, cancellationToken);
            CrashPoint.Reach("insert.before");
            await transaction.CommitAsync(cancellationToken);
            CrashPoint.Reach("insert.after");
            return stored;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private static async Task<int> InsertAsync(
        DatasetsDbContext context, IDbContextTransaction transaction, IReadOnlyList<InferenceFrame> batch, CancellationToken cancellationToken)
    {
        await using var commands = new InsertCommands(
            context.Database.GetDbConnection(), transaction.GetDbTransaction(), context.IdParameter);
        var stored = 0;
        foreach (var frame in batch)
        {
            stored += await commands.InsertAsync(frame, cancellationToken) ? 1 : 0;
        }

        return stored;
    }
}
