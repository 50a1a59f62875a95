using LlmGateway.Contracts.Gateway;
using LlmGateway.Evaluation.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LlmGateway.Evaluation.Experiments;

/// <summary>Reads at every tick which experiments run, keeps a watch for each, and wakes the worker.</summary>
internal sealed partial class ExperimentListing(
    IServiceScopeFactory scopes,
    ExperimentServices services,
    RunningExperiments running,
    ExperimentWorker worker,
    ServiceAbsence absence,
    IOptions<EvaluationOptions> options,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<ExperimentListing> logger) : BackgroundService
{
    private bool _failed;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // In Standalone the gateway that it asks starts with it.
        await lifetime.StartedAsync(stoppingToken);
        using var timer = new PeriodicTimer(options.Value.Experiments.Interval, time);
        do
        {
            try
            {
                await TickAsync(stoppingToken);
                _failed = false;
            }
            catch (Exception exception) when (ExperimentServices.IsAway(exception, stoppingToken))
            {
                absence.Note(ServiceNames.Gateway, exception);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                if (!_failed)
                {
                    LogFailed(exception);
                }

                _failed = true;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task TickAsync(CancellationToken cancellationToken)
    {
        var experiments = await services.ListAsync(cancellationToken);
        absence.Answered(ServiceNames.Gateway);
        running.Set(experiments);
        await using var scope = scopes.CreateAsyncScope();
        var store = scope.ServiceProvider.GetRequiredService<EvaluationDbContext>();
        var ids = experiments.Select(experiment => experiment.Id).ToList();
        var known = await store.ExperimentWatches.AsNoTracking().Where(row => ids.Contains(row.Id) || row.Status == WatchStatus.Running)
            .Select(row => new { row.Id, row.Status }).ToDictionaryAsync(row => row.Id, row => row.Status, cancellationToken);
        foreach (var experiment in experiments.Where(experiment => !known.ContainsKey(experiment.Id)))
        {
            await AddAsync(store, experiment, cancellationToken);
        }

        var listed = ids.ToHashSet(StringComparer.Ordinal);
        await TurnAsync(store, [.. known.Where(row => row.Value == WatchStatus.Ended).Select(row => row.Key)], WatchStatus.Running, cancellationToken);
        await TurnAsync(store, [.. known.Keys.Where(id => !listed.Contains(id))], WatchStatus.Ended, cancellationToken);
        if (experiments.Count > 0)
        {
            worker.Wake();
        }
    }

    private async Task AddAsync(EvaluationDbContext store, RunningExperiment experiment, CancellationToken cancellationToken)
    {
        store.ExperimentWatches.Add(new ExperimentWatch
        {
            Id = experiment.Id,
            ProjectId = experiment.ProjectId,
            Status = WatchStatus.Running,
            Alarms = "",
            CreatedAt = time.NowMicros(),
        });
        try
        {
            await store.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException) when (store.ExperimentWatches.AsNoTracking().Any(row => row.Id == experiment.Id))
        {
            // Another process was faster.
        }

        store.ChangeTracker.Clear();
    }

    private static async Task TurnAsync(EvaluationDbContext store, IReadOnlyList<string> ids, string status, CancellationToken cancellationToken)
    {
        if (ids.Count > 0)
        {
            await store.ExperimentWatches.Where(row => ids.Contains(row.Id)).ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, status), cancellationToken);
        }
    }

    [LoggerMessage(1442, LogLevel.Warning, "The list of experiments could not be kept; each tick tries again")]
    private partial void LogFailed(Exception exception);
}
