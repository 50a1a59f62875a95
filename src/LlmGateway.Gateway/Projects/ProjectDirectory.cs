using System.Collections.Concurrent;
using LlmGateway.Gateway.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Gateway.Projects;

/// <summary>
/// Projects' settings, kept for <see cref="CacheTime"/> so that no call waits for the database. A change counts at once
/// where the broadcast arrives, and within that time in any case.
/// </summary>
internal sealed class ProjectDirectory(IServiceScopeFactory scopes, TimeProvider time)
{
    public static readonly TimeSpan CacheTime = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, (bool LogBodies, long FreshUntil)> _entries = new(StringComparer.Ordinal);

    private int _changes;

    /// <summary>Whether calls of the project keep their bodies; an unknown project keeps none.</summary>
    public ValueTask<bool> LogsBodiesAsync(string projectId, CancellationToken cancellationToken) =>
        _entries.TryGetValue(projectId, out var entry) && entry.FreshUntil > time.GetTimestamp()
            ? ValueTask.FromResult(entry.LogBodies)
            : LoadAsync(projectId, cancellationToken);

    /// <summary>Forgets a project whose settings changed.</summary>
    public void Forget(string projectId)
    {
        Interlocked.Increment(ref _changes);
        _entries.TryRemove(projectId, out _);
    }

    /// <summary>While the database is away the last answer stands; for a project never asked about, bodies are not kept.</summary>
    private async ValueTask<bool> LoadAsync(string projectId, CancellationToken cancellationToken)
    {
        var changes = Volatile.Read(ref _changes);
        bool logs;
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            logs = await scope.ServiceProvider.GetRequiredService<GatewayDbContext>().Projects
                .Where(project => project.Id == projectId).Select(project => project.LogBodies)
                .SingleOrDefaultAsync(cancellationToken);
        }
        catch (Exception exception) when (StoreErrors.IsOfStore(exception))
        {
            logs = _entries.TryGetValue(projectId, out var stale) && stale.LogBodies;
        }

        _entries[projectId] = (logs, time.GetTimestamp() + (long)(CacheTime.TotalSeconds * time.TimestampFrequency));
        if (changes != Volatile.Read(ref _changes))
        {
            // Its row may have been read just before it changed: the next call reads it again.
            _entries.TryRemove(projectId, out _);
        }

        return logs;
    }
}
