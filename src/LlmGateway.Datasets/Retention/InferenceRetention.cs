using LlmGateway.Datasets.Inferences;
using LlmGateway.Datasets.Storage;
using LlmGateway.Datasets.Storage.Partitions;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.Retention;

/// <summary>
/// Deletes what is older than an id. Whole partitions are dropped; what else there is goes in small transactions: that is
/// everything in the embedded store, and in PostgreSQL what lies in default partitions.
/// </summary>
/// <param name="context">The store.</param>
/// <param name="partitions">Null where the store has none.</param>
internal sealed class InferenceRetention(DatasetsDbContext context, PostgresPartitions? partitions = null)
{
    /// <summary>Calls of one transaction: some ten milliseconds in which others wait for the embedded store.</summary>
    private const int ChunkCalls = 1000;

    /// <summary>Deletes the bodies of older calls, whose rows then say that they are not kept.</summary>
    public async Task DeleteBodiesAsync(Guid before, CancellationToken cancellationToken)
    {
        foreach (var old in await OldAsync(PostgresPartitions.Bodies, before, cancellationToken))
        {
            await InChunksAsync(Ids(context.Bodies), old.FirstId, old.EndId, ForgetAsync, cancellationToken);
            await partitions!.DropAsync(old, cancellationToken);
        }

        await InChunksAsync(Ids(context.Bodies), Guid.Empty, await LeftoversAsync(PostgresPartitions.Bodies, before, cancellationToken), DeleteAsync, cancellationToken);

        Task ForgetAsync(Guid from, Guid to) => context.Inferences.Where(row => row.Id >= from && row.Id < to && row.BodiesKept)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.BodiesKept, false), cancellationToken);

        async Task DeleteAsync(Guid from, Guid to)
        {
            await ForgetAsync(from, to);
            await context.Bodies.Where(body => body.Id >= from && body.Id < to).ExecuteDeleteAsync(cancellationToken);
        }
    }

    /// <summary>Deletes older calls with all that belongs to them.</summary>
    public async Task DeleteRowsAsync(Guid before, CancellationToken cancellationToken)
    {
        await InChunksAsync(
            context.Exposures.Select(row => row.InferenceId), Guid.Empty, before,
            (from, to) => context.Exposures.Where(row => row.InferenceId >= from && row.InferenceId < to).ExecuteDeleteAsync(cancellationToken), cancellationToken);

        // The rows last: what is cut short is taken up again by them.
        foreach (var table in (string[])[PostgresPartitions.Bodies, PostgresPartitions.Metadata, PostgresPartitions.Ledger, PostgresPartitions.Rows])
        {
            foreach (var old in await OldAsync(table, before, cancellationToken))
            {
                await partitions!.DropAsync(old, cancellationToken);
            }
        }

        await InChunksAsync(Ids(context.Inferences), Guid.Empty, await LeftoversAsync(PostgresPartitions.Rows, before, cancellationToken), DeleteAsync, cancellationToken);

        async Task DeleteAsync(Guid from, Guid to)
        {
            await context.Bodies.Where(body => body.Id >= from && body.Id < to).ExecuteDeleteAsync(cancellationToken);
            await context.Metadata.Where(pair => pair.InferenceId >= from && pair.InferenceId < to).ExecuteDeleteAsync(cancellationToken);
            await context.Ledger.Where(entry => entry.InferenceId >= from && entry.InferenceId < to).ExecuteDeleteAsync(cancellationToken);
            await context.Inferences.Where(row => row.Id >= from && row.Id < to).ExecuteDeleteAsync(cancellationToken);
        }
    }

    private static IQueryable<Guid> Ids(IQueryable<Inference> rows) => rows.Select(row => row.Id);

    private static IQueryable<Guid> Ids(IQueryable<InferenceBody> bodies) => bodies.Select(body => body.Id);

    /// <summary>Partitions that hold nothing younger.</summary>
    private async Task<IEnumerable<Partition>> OldAsync(string table, Guid before, CancellationToken cancellationToken) =>
        partitions is null ? [] : (await partitions.ListAsync(table, cancellationToken)).Where(partition => partition.EndId <= before);

    /// <summary>The end of what is deleted row by row: with partitions, what lies before the oldest of them.</summary>
    private async Task<Guid> LeftoversAsync(string table, Guid before, CancellationToken cancellationToken) =>
        partitions is not null && await partitions.ListAsync(table, cancellationToken) is [var oldest, ..] && oldest.FirstId < before
            ? oldest.FirstId
            : before;

    /// <summary>Calls <paramref name="change"/> in a transaction for each range that has at most <see cref="ChunkCalls"/> of the ids.</summary>
    private async Task InChunksAsync(IQueryable<Guid> ids, Guid from, Guid end, Func<Guid, Guid, Task> change, CancellationToken cancellationToken)
    {
        while (from < end)
        {
            var first = from;
            var rest = ids.Where(id => id >= first && id < end).OrderBy(id => id);
            if (!await rest.AnyAsync(cancellationToken))
            {
                return;
            }

            var behind = await rest.Skip(ChunkCalls).Take(1).ToListAsync(cancellationToken);
            var next = behind is [var id] ? id : end;
            await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
            await change(first, next);
            await transaction.CommitAsync(cancellationToken);
            from = next;
        }
    }
}
