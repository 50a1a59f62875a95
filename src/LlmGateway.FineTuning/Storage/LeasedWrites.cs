using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.FineTuning.Storage;

/// <summary>What workers write: a row and others beside it in one transaction, as long as the lease holds.</summary>
internal static class LeasedWrites
{
    /// <returns>The row as it is now.</returns>
    /// <exception cref="LeaseLostException">Another has the row, or a caller took it; nothing is written.</exception>
    public static async Task<TRow> ChangeAsync<TRow>(
        this FineTuningDbContext store, Lease lease, Action<TRow> change, IEnumerable<object> beside, CancellationToken cancellationToken)
        where TRow : LeasedRow
    {
        TRow? row = null;
        try
        {
            await store.WriteAsync<TRow>(
                lease,
                async token =>
                {
                    row = await store.Set<TRow>().SingleAsync(found => found.Id == lease.RowId, token);
                    change(row);
                    store.AddRange(beside);
                    await store.SaveChangesAsync(token);
                },
                cancellationToken);
        }
        finally
        {
            store.ChangeTracker.Clear();
        }

        return row!;
    }
}
