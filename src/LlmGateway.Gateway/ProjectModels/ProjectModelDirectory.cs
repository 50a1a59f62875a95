using LlmGateway.Gateway.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Gateway.ProjectModels;

/// <summary>
/// This gateway's copy of every project's aliases and fine-tuned models. A broadcast renews it at once; a look at the count
/// of changes every <see cref="Period"/> finds what no broadcast told. While the database is away the last copy goes on.
/// </summary>
internal sealed partial class ProjectModelDirectory(IServiceScopeFactory scopes, TimeProvider time, ILogger<ProjectModelDirectory> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);
    private readonly SemaphoreSlim _renewing = new(1, 1);
    private volatile ProjectModelTable _current = new(-1, [], []);
    private bool _away;

    public ProjectModelTable Current => _current;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await RenewAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

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
                LogAway(exception.GetType().Name);
            }

            _away = true;
        }
        finally
        {
            _renewing.Release();
        }
    }

    public override void Dispose()
    {
        _renewing.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await RenewAsync(stoppingToken);
        }
    }

    /// <summary>The count is read first: rows that change meanwhile are then read again at the next look.</summary>
    private async Task LoadIfChangedAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<GatewayDbContext>();
        var version = await context.ProjectModelsVersions.Select(row => row.Version).SingleOrDefaultAsync(cancellationToken);
        if (version != _current.Version)
        {
            _current = new ProjectModelTable(
                version,
                await context.ModelAliases.AsNoTracking().ToListAsync(cancellationToken),
                await context.FineTunedModels.AsNoTracking().ToListAsync(cancellationToken));
        }
    }

    [LoggerMessage(1210, LogLevel.Warning, "Aliases and fine-tuned models cannot be read ({Reason}): the last known ones go on")]
    private partial void LogAway(string reason);
}
