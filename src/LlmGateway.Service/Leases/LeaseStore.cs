using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Service;

/// <summary>Takes, keeps and gives back work rows. Times are the caller's: replicas' clocks must agree to within seconds.</summary>
public static class LeaseStore
{
    /// <summary>Takes the oldest open row that nobody holds; null if there is none.</summary>
    /// <param name="context">The service's store.</param>
    /// <param name="owner">Who takes it, for people who look at the table.</param>
    /// <param name="openStatuses">The statuses of work that is to be done.</param>
    /// <param name="now">The present time.</param>
    /// <param name="duration">How long it is taken for.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public static async Task<TRow?> ClaimAsync<TRow>(
        this DbContext context, string owner, IReadOnlyCollection<string> openStatuses, DateTimeOffset now, TimeSpan duration, CancellationToken cancellationToken)
        where TRow : LeasedRow
    {
        var sql = new LeaseStatements(context, typeof(TRow)).Claim(openStatuses.Count);
        object[] values = [owner, UnixMicros.Of(now + duration), UnixMicros.Of(now), .. openStatuses];
        var rows = await context.Set<TRow>().FromSqlRaw(sql, values).AsNoTracking().ToListAsync(cancellationToken);
        return rows.SingleOrDefault();
    }

    /// <summary>The row, as long as the lease is good: the start of every update that a worker makes.</summary>
    public static IQueryable<TRow> HeldBy<TRow>(this IQueryable<TRow> rows, Lease lease)
        where TRow : LeasedRow => rows.Where(row => row.Id == lease.RowId && row.Fence == lease.Fence);

    /// <summary>Prolongs the lease.</summary>
    /// <returns>False if it is lost.</returns>
    public static async Task<bool> ProlongAsync<TRow>(
        this DbContext context, Lease lease, DateTimeOffset now, TimeSpan duration, CancellationToken cancellationToken)
        where TRow : LeasedRow => await context.Set<TRow>().HeldBy(lease).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.LeaseUntil, UnixMicros.Of(now + duration)), cancellationToken) == 1;

    /// <summary>
    /// Writes what work has brought about, in one transaction that first makes sure of the lease, and locks the row: a worker
    /// that lost it writes nothing.
    /// </summary>
    /// <exception cref="LeaseLostException">The lease is lost; nothing is written.</exception>
    public static async Task WriteAsync<TRow>(
        this DbContext context, Lease lease, Func<CancellationToken, Task> write, CancellationToken cancellationToken)
        where TRow : LeasedRow
    {
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var held = await context.Set<TRow>().HeldBy(lease).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.Fence, row => row.Fence), cancellationToken);
        if (held == 0)
        {
            throw new LeaseLostException(lease);
        }

        await write(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Gives the row back. A lease that is lost already is left alone.</summary>
    /// <param name="context">The service's store.</param>
    /// <param name="lease">The lease.</param>
    /// <param name="until">When the row may be taken again; null for at once.</param>
    /// <param name="inGoodOrder">Whether this attempt does not count: the process stops, or the work is done.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public static Task ReleaseAsync<TRow>(
        this DbContext context, Lease lease, DateTimeOffset? until, bool inGoodOrder, CancellationToken cancellationToken)
        where TRow : LeasedRow
    {
        var (again, less) = (until is { } time ? UnixMicros.Of(time) : (long?)null, inGoodOrder ? 1 : 0);
        return context.Set<TRow>().HeldBy(lease).ExecuteUpdateAsync(
            set => set
                .SetProperty(row => row.LeaseOwner, (string?)null)
                .SetProperty(row => row.LeaseUntil, again)
                .SetProperty(row => row.Attempt, row => row.Attempt - less),
            cancellationToken);
    }

    /// <summary>Puts the row down in good order while what it waits for goes on elsewhere; whoever holds it then begins anew.</summary>
    /// <param name="context">The service's store.</param>
    /// <param name="lease">The lease, which ends with this.</param>
    /// <param name="until">When the row may be taken again.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public static Task RestAsync<TRow>(this DbContext context, Lease lease, DateTimeOffset until, CancellationToken cancellationToken)
        where TRow : LeasedRow => context.Set<TRow>().HeldBy(lease).ExecuteUpdateAsync(
            set => set
                .SetProperty(row => row.LeaseOwner, (string?)null)
                .SetProperty(row => row.LeaseUntil, UnixMicros.Of(until))
                .SetProperty(row => row.Attempt, row => row.Attempt - 1)
                .SetProperty(row => row.Fence, row => row.Fence + 1),
            cancellationToken);
}
