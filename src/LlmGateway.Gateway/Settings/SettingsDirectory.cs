using LlmGateway.Gateway.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Gateway.Settings;

/// <summary>
/// This gateway's copy of one kind of settings of every project. A broadcast renews it at once; <see cref="SettingsWatch"/>
/// finds what no broadcast told. While the database is away the last copy goes on.
/// </summary>
internal abstract partial class SettingsDirectory(string kind, IServiceScopeFactory scopes, ILogger logger) : IDisposable
{
    private readonly SemaphoreSlim _renewing = new(1, 1);
    private bool _away;

    /// <summary>One of <see cref="SettingsKinds"/>.</summary>
    public string Kind { get; } = kind;

    /// <summary>The count of changes that the copy holds, at least; -1 before it was first read.</summary>
    public long Version { get; private set; } = -1;

    /// <summary>Takes over what was committed before the call; later calls never bring back an older state.</summary>
    public async Task RenewAsync(CancellationToken cancellationToken)
    {
        await _renewing.WaitAsync(cancellationToken);
        try
        {
            await LoadIfChangedAsync(cancellationToken);
            _away = false;
        }
        catch (Exception exception) when (StoreErrors.IsOfStore(exception))
        {
            if (!_away)
            {
                LogAway(Kind, exception.GetType().Name);
            }

            _away = true;
        }
        finally
        {
            _renewing.Release();
        }
    }

    public void Dispose() => _renewing.Dispose();

    /// <summary>Reads the rows and puts the new copy in place, whole.</summary>
    protected abstract Task LoadAsync(GatewayDbContext context, CancellationToken cancellationToken);

    /// <summary>The count is read first: rows that change meanwhile are then read again at the next look.</summary>
    private async Task LoadIfChangedAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<GatewayDbContext>();
        var version = await context.SettingsVersions.Where(row => row.Kind == Kind).Select(row => row.Version).SingleOrDefaultAsync(cancellationToken);
        if (version != Version)
        {
            await LoadAsync(context, cancellationToken);
            Version = version;
        }
    }

    [LoggerMessage(1210, LogLevel.Warning, "The projects' {Kind} cannot be read ({Reason}): the last known ones go on")]
    private partial void LogAway(string kind, string reason);
}
