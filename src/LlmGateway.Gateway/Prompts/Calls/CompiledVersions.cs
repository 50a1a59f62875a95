using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using LlmGateway.Gateway.Prompts.Composition;
using LlmGateway.Gateway.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Gateway.Prompts.Calls;

/// <summary>
/// Versions that were called, compiled, bounded in bytes. A version never changes, so none is ever stale, and those in memory go
/// on while the database is away.
/// </summary>
internal sealed class CompiledVersions : IDisposable
{
    /// <summary>Making room goes through every entry, so it makes much at once.</summary>
    private const double ShareRemovedWhenFull = 0.25;

    private readonly MemoryCache _memory;
    private readonly ConcurrentDictionary<(string PromptId, int Number), Task<CompiledVersion?>> _loading = new();
    private readonly IServiceScopeFactory _scopes;
    private readonly Counter<long> _loads;

    public CompiledVersions(GatewaySettings settings, IServiceScopeFactory scopes, IMeterFactory meters)
    {
        _scopes = scopes;
        _memory = new MemoryCache(new MemoryCacheOptions
        {
            SizeLimit = settings.Current.Prompts.CompiledBytes,
            CompactionPercentage = ShareRemovedWhenFull,
            TrackStatistics = true,
        });
        var meter = meters.Create(Telemetry.Name);
        _loads = meter.CreateCounter<long>("llmgateway.prompts.loads", "{version}", "Versions of prompts that were read and compiled.");
        meter.CreateObservableGauge("llmgateway.prompts.size", () => _memory.GetCurrentStatistics()?.CurrentEstimatedSize ?? 0, "By", "Memory of compiled prompts.");
    }

    /// <returns>Null when there is no such version.</returns>
    /// <exception cref="System.Data.Common.DbException">It is not in memory and the database is away.</exception>
    public ValueTask<CompiledVersion?> FindAsync(string promptId, int number, CancellationToken cancellationToken) =>
        _memory.Get<CompiledVersion>((promptId, number)) is { } known
            ? ValueTask.FromResult<CompiledVersion?>(known)
            : new(LoadOnceAsync(promptId, number).WaitAsync(cancellationToken));

    public void Dispose() => _memory.Dispose();

    /// <summary>Requests that come at once share one load; it goes on when the first of them leaves.</summary>
    private Task<CompiledVersion?> LoadOnceAsync(string promptId, int number)
    {
        var promise = new TaskCompletionSource<CompiledVersion?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var loading = _loading.GetOrAdd((promptId, number), promise.Task);
        if (loading == promise.Task)
        {
            _ = FulfilAsync(promise, promptId, number);
        }

        return loading;
    }

    private async Task FulfilAsync(TaskCompletionSource<CompiledVersion?> promise, string promptId, int number)
    {
        try
        {
            var version = await LoadAsync(promptId, number);
            if (version is not null)
            {
                _memory.Set((promptId, number), version, new MemoryCacheEntryOptions { Size = version.SizeBytes });
            }

            promise.SetResult(version);
        }
        catch (Exception exception)
        {
            promise.SetException(exception);
        }
        finally
        {
            _loading.TryRemove((promptId, number), out _);
        }
    }

    private async Task<CompiledVersion?> LoadAsync(string promptId, int number)
    {
        await using var scope = _scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<GatewayDbContext>();
        if (await context.PromptVersions.AsNoTracking().SingleOrDefaultAsync(row => row.PromptId == promptId && row.Number == number) is not { } row)
        {
            return null;
        }

        _loads.Add(1);
        var includes = PromptJson.ReadIncludes(row.Includes);
        var composed = await new PromptComposer(context).ComposeAsync(PromptJson.ReadContent(row.Content), includes, CancellationToken.None);
        return new CompiledVersion(promptId, number, composed, includes);
    }
}
