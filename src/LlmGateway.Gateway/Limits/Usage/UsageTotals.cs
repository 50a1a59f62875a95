using LlmGateway.Gateway.Limits.Rules;
using LlmGateway.Gateway.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Gateway.Limits.Usage;

/// <summary>
/// The database's totals of windows that are an hour or longer. Each gateway adds what its own ended calls came to, so the totals are
/// right whatever Redis forgot, and a Redis that begins anew is told them.
/// </summary>
internal sealed class UsageTotals(IServiceScopeFactory scopes, LimitMetrics metrics) : IDisposable
{
    /// <summary>Counters that may wait for a database that is away.</summary>
    private const int MaxWaiting = 100_000;

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _writing = new(1, 1);
    private Dictionary<UsageKey, Waiting> _waiting = [];
    private Dictionary<UsageKey, UsageTotal> _written = [];

    /// <summary>Takes what an ended call came to; written with the next flush.</summary>
    public void Add(CallLimits call)
    {
        foreach (var counted in call.Counted)
        {
            if (counted is { Limit.IsKept: true, Settled: > 0 and { } used })
            {
                Add(new UsageKey(counted.Key, counted.WindowStart), new Waiting(counted.Limit, used));
            }
        }
    }

    /// <summary>Writes what waits.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            var taken = Take();
            if (taken.Count > 0)
            {
                Keep(await WriteAsync(taken, cancellationToken));
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>The totals that were written, by whichever flush, since this was asked last: they are to be told to the counters.</summary>
    public IReadOnlyCollection<UsageTotal> TakeWritten()
    {
        lock (_gate)
        {
            var written = _written;
            _written = [];
            return written.Values;
        }
    }

    /// <summary>What the database holds for each of a call's counters; 0 for those that it does not keep.</summary>
    public async Task<long[]> ReadAsync(CallLimits call, CancellationToken cancellationToken)
    {
        await FlushAsync(cancellationToken);
        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<GatewayDbContext>();
        var totals = new long[call.Counted.Length];
        for (var index = 0; index < totals.Length; index++)
        {
            var (key, window) = (call.Counted[index].Key, call.Counted[index].WindowStart);
            if (call.Counted[index].Limit.IsKept)
            {
                totals[index] = await context.LimitUsages
                    .Where(row => row.LimitId == key.LimitId && row.WindowStart == window && row.ProjectId == key.ProjectId && row.Subject == key.Subject)
                    .Select(row => row.Used).SingleOrDefaultAsync(cancellationToken);
            }
        }

        return totals;
    }

    public void Dispose() => _writing.Dispose();

    private void Add(UsageKey key, Waiting more)
    {
        lock (_gate)
        {
            if (_waiting.TryGetValue(key, out var waiting))
            {
                _waiting[key] = waiting with { Used = waiting.Used + more.Used };
            }
            else if (_waiting.Count < MaxWaiting)
            {
                _waiting[key] = more;
            }
            else
            {
                metrics.CountLost();
            }
        }
    }

    private void Keep(IReadOnlyList<UsageTotal> written)
    {
        lock (_gate)
        {
            foreach (var total in written)
            {
                _written[new UsageKey(total.Key, total.WindowStart)] = total;
            }
        }
    }

    private Dictionary<UsageKey, Waiting> Take()
    {
        lock (_gate)
        {
            var taken = _waiting;
            if (taken.Count > 0)
            {
                _waiting = [];
            }

            return taken;
        }
    }

    /// <summary>In one order on all gateways, so that they cannot lock one another; what cannot be written waits on.</summary>
    private async Task<IReadOnlyList<UsageTotal>> WriteAsync(Dictionary<UsageKey, Waiting> taken, CancellationToken cancellationToken)
    {
        var written = new List<UsageTotal>(taken.Count);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var context = scope.ServiceProvider.GetRequiredService<GatewayDbContext>();
            await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
            foreach (var (key, waiting) in taken.OrderBy(static pair => pair.Key))
            {
                written.Add(new UsageTotal(waiting.Limit, key.Counter, key.WindowStart, await AddAsync(context, key, waiting, cancellationToken)));
            }

            await transaction.CommitAsync(cancellationToken);
            return written;
        }
        catch
        {
            foreach (var (key, waiting) in taken)
            {
                Add(key, waiting);
            }

            throw;
        }
    }

    private static async Task<long> AddAsync(GatewayDbContext context, UsageKey key, Waiting waiting, CancellationToken cancellationToken)
    {
        var (limit, project, subject) = key.Counter;
        var totals = await context.Database.SqlQuery<long>(
            $"""
            INSERT INTO limit_usage ("LimitId", "WindowStart", "ProjectId", "Subject", "WindowEnd", "Used")
            VALUES ({limit}, {key.WindowStart}, {project}, {subject}, {waiting.Limit.Window.EndOf(key.WindowStart)}, {waiting.Used})
            ON CONFLICT ("LimitId", "WindowStart", "ProjectId", "Subject") DO UPDATE SET "Used" = limit_usage."Used" + excluded."Used"
            RETURNING "Used" AS "Value"
            """).ToListAsync(cancellationToken);
        return totals[0];
    }

    private readonly record struct UsageKey(CounterKey Counter, long WindowStart) : IComparable<UsageKey>
    {
        public int CompareTo(UsageKey other) =>
            string.CompareOrdinal(Counter.LimitId, other.Counter.LimitId) is not 0 and var byLimit ? byLimit
            : WindowStart != other.WindowStart ? WindowStart.CompareTo(other.WindowStart)
            : string.CompareOrdinal(Counter.ProjectId, other.Counter.ProjectId) is not 0 and var byProject ? byProject
            : string.CompareOrdinal(Counter.Subject, other.Counter.Subject);
    }

    private readonly record struct Waiting(CompiledLimit Limit, long Used);
}

/// <summary>What the database holds of one counter.</summary>
internal readonly record struct UsageTotal(CompiledLimit Limit, CounterKey Key, long WindowStart, long Used);
