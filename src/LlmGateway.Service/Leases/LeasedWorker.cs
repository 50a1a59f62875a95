using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Service;

/// <summary>
/// Works on a service's rows. It is woken by <see cref="Wake"/>, which a message's consumer calls, and by a sweep that
/// finds what no message told of; the row alone says what is to be done. Any number of processes share a table.
/// </summary>
/// <param name="scopes">Gives each piece of work its own store.</param>
/// <param name="options">Durations and how many rows at a time.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
/// <typeparam name="TContext">The service's store.</typeparam>
/// <typeparam name="TRow">The rows.</typeparam>
public abstract partial class LeasedWorker<TContext, TRow>(
    IServiceScopeFactory scopes, LeaseOptions options, TimeProvider time, ILogger logger) : BackgroundService
    where TContext : DbContext
    where TRow : LeasedRow
{
    private readonly Channel<bool> _wakes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly SemaphoreSlim _slots = new(options.Workers);
    private readonly string _owner = $"{Environment.MachineName}:{Environment.ProcessId}:{Guid.CreateVersion7():N}";
    private bool _away;

    /// <summary>Statuses of rows that are to be worked on.</summary>
    protected abstract IReadOnlyCollection<string> OpenStatuses { get; }

    /// <summary>How long a row rests whose status stays open after its work was done; not at all by default.</summary>
    protected virtual TimeSpan Rest => TimeSpan.Zero;

    /// <summary>
    /// Works on a row up to a status that is not open. What it writes goes through
    /// <see cref="LeaseStore.WriteAsync{TRow}"/> or starts from <see cref="LeaseStore.HeldBy{TRow}"/>.
    /// </summary>
    /// <param name="services">A scope of this row's own.</param>
    /// <param name="row">The row as it was claimed.</param>
    /// <param name="lease">The lease.</param>
    /// <param name="cancellationToken">Cancelled when the process stops or the lease is lost.</param>
    protected abstract Task WorkAsync(IServiceProvider services, TRow row, Lease lease, CancellationToken cancellationToken);

    /// <summary>Says that there may be work.</summary>
    public void Wake() => _wakes.Writer.TryWrite(true);

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var sweep = time.CreateTimer(_ => Wake(), null, TimeSpan.Zero, options.Sweep);
        try
        {
            await foreach (var _ in _wakes.Reader.ReadAllAsync(stoppingToken))
            {
                await FillSlotsAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is under way gives its rows back.
            for (var slot = 0; slot < options.Workers; slot++)
            {
                await _slots.WaitAsync(CancellationToken.None);
            }
        }
    }

    public override void Dispose()
    {
        _slots.Dispose();
        base.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task FillSlotsAsync(CancellationToken cancellationToken)
    {
        while (await _slots.WaitAsync(TimeSpan.Zero, cancellationToken))
        {
            TRow? row = null;
            try
            {
                row = await TryClaimAsync(cancellationToken);
            }
            finally
            {
                if (row is null)
                {
                    _slots.Release();
                }
            }

            if (row is null)
            {
                return;
            }

            _ = Task.Run(() => HoldAndWorkAsync(row, cancellationToken), CancellationToken.None);
        }
    }

    private async Task<TRow?> TryClaimAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var row = await Store(scope).ClaimAsync<TRow>(_owner, OpenStatuses, time.GetUtcNow(), options.Duration, cancellationToken);
            _away = false;
            return row;
        }
        catch (Exception exception) when (StoreErrors.IsOfStore(exception))
        {
            if (!_away)
            {
                LogAway(exception.GetType().Name, exception.Message);
            }

            _away = true;
            return null;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The next sweep tries again.
            LogClaimFailed(exception);
            return null;
        }
    }

    private async Task HoldAndWorkAsync(TRow row, CancellationToken stopping)
    {
        var lease = Lease.Of(row);
        using var held = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var heartbeat = ProlongAsync(lease, held);
        var failed = true;
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await WorkAsync(scope.ServiceProvider, row, lease, held.Token);
            failed = false;
        }
        catch (Exception exception) when (exception is LeaseLostException || (exception is OperationCanceledException && held.IsCancellationRequested))
        {
            LogStopped(row.Id);
            failed = false;
        }
        catch (Exception exception)
        {
            LogFailed(exception, row.Id, row.Attempt);
        }

        await held.CancelAsync();
        await heartbeat;
        await ReleaseAsync(lease, failed);
        _slots.Release();
        Wake();
    }

    private async Task ProlongAsync(Lease lease, CancellationTokenSource held)
    {
        try
        {
            while (true)
            {
                await Task.Delay(options.Heartbeat, time, held.Token);
                if (!await TryProlongAsync(lease, held.Token))
                {
                    await held.CancelAsync();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Done, stopping or lost.
        }
    }

    /// <summary>A store that does not answer takes no lease away: the fence keeps late writes out if one was lost.</summary>
    private async Task<bool> TryProlongAsync(Lease lease, CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            return await Store(scope).ProlongAsync<TRow>(lease, time.GetUtcNow(), options.Duration, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogLeaseUnchanged(lease.RowId, exception.GetType().Name, exception.Message);
            return true;
        }
    }

    private async Task ReleaseAsync(Lease lease, bool failed)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var pause = failed ? options.RetryPause : Rest;
            var until = pause > TimeSpan.Zero ? time.GetUtcNow() + pause : (DateTimeOffset?)null;
            await Store(scope).ReleaseAsync<TRow>(lease, until, inGoodOrder: !failed, CancellationToken.None);
        }
        catch (Exception exception)
        {
            // The lease expires by itself.
            LogLeaseUnchanged(lease.RowId, exception.GetType().Name, exception.Message);
        }
    }

    private static TContext Store(AsyncServiceScope scope) => scope.ServiceProvider.GetRequiredService<TContext>();

    [LoggerMessage(1020, LogLevel.Warning, "Looking for work failed; the next sweep tries again")]
    private partial void LogClaimFailed(Exception exception);

    [LoggerMessage(1021, LogLevel.Information, "Work on {Row} stops here: the process ends, or the row was taken, cancelled or deleted")]
    private partial void LogStopped(string row);

    [LoggerMessage(1022, LogLevel.Error, "Work on {Row} failed at attempt {Attempt} and will be tried again")]
    private partial void LogFailed(Exception exception, string row, int attempt);

    [LoggerMessage(1023, LogLevel.Warning, "The lease on {Row} could not be changed ({Reason}: {Message})")]
    private partial void LogLeaseUnchanged(string row, string reason, string message);

    [LoggerMessage(1024, LogLevel.Warning, "No work is looked for while the store is away ({Reason}: {Message})")]
    private partial void LogAway(string reason, string message);
}
