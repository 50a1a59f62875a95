using LlmGateway.Contracts.Gateway;
using LlmGateway.Evaluation.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Evaluation.Experiments;

/// <summary>
/// One look at an experiment. A decision goes to the gateway with the version that was looked at, and is kept when it was taken: a worker
/// may die between, and whoever looks next finds the experiment changed.
/// </summary>
internal sealed class ExperimentTick(
    EvaluationDbContext store, ExperimentServices services, RunningExperiments running, ServiceAbsence absence, ExperimentTelemetry telemetry, TimeProvider time)
{
    /// <summary>Earlier stages that are read once more when a new one begins, so that feedback that came late is counted.</summary>
    private const int StagesAgain = 8;

    /// <summary>What takes decisions may refuse them while the gateway answers otherwise.</summary>
    private const string Decisions = "what takes decisions at the gateway";

    public async Task RunAsync(ExperimentWatch watch, Lease lease, CancellationToken cancellationToken)
    {
        // A process that has not heard of it, or not of the change that it decided on itself, leaves it to the next tick.
        if (running.Find(watch.Id) is not { Arms.Count: > 1 } experiment || experiment.Version <= watch.DecidedVersion || experiment.Stage < watch.Stage)
        {
            return;
        }

        try
        {
            if (experiment.Stage > watch.Stage)
            {
                await BeginStageAsync(watch, experiment, lease, cancellationToken);
            }

            var sums = new StageSums(await services.SumsAsync(experiment, experiment.Stage, cancellationToken));
            absence.Answered(ServiceNames.Datasets);
            await JudgeAsync(watch, experiment, sums, lease, cancellationToken);
        }
        catch (Exception exception) when (ExperimentServices.IsAway(exception, cancellationToken))
        {
            absence.Note(ServiceNames.Datasets, exception);
        }
    }

    /// <summary>Alarms are a stage's own. What the stages before it found is read for the last time.</summary>
    private async Task BeginStageAsync(ExperimentWatch watch, RunningExperiment experiment, Lease lease, CancellationToken cancellationToken)
    {
        var found = new List<PastStage>();
        if (experiment.Allocation != ExperimentAllocation.Canary)
        {
            for (var stage = Math.Max(1, experiment.Stage - StagesAgain); stage < experiment.Stage; stage++)
            {
                found.Add(PastStage.Of(experiment, stage, new StageSums(await services.SumsAsync(experiment, stage, cancellationToken))));
            }
        }

        await store.WriteAsync<ExperimentWatch>(lease, async token =>
        {
            foreach (var stage in found)
            {
                await KeepAsync(watch.Id, stage, looks: null, token);
            }

            await store.ExperimentWatches.HeldBy(lease).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.Stage, experiment.Stage).SetProperty(row => row.Alarms, ""), token);
        }, cancellationToken);
        (watch.Stage, watch.Alarms) = (experiment.Stage, "");
    }

    private async Task JudgeAsync(ExperimentWatch watch, RunningExperiment experiment, StageSums sums, Lease lease, CancellationToken cancellationToken)
    {
        var stages = await store.ExperimentStages.AsNoTracking().Where(row => row.WatchId == watch.Id && row.Stage <= experiment.Stage)
            .OrderBy(row => row.Stage).ToListAsync(cancellationToken);
        var past = stages.Where(row => row.Stage < experiment.Stage).Select(row => ExperimentJson.Read<PastStage>(row.Found)).ToList();
        var verdict = ExperimentJudge.Judge(new StageLook(experiment, sums, past, watch.RaisedAlarms, time.GetUtcNow()));
        telemetry.CountLook();
        var taken = verdict.Decision is { } decision && await DecideAsync(experiment, decision, cancellationToken) ? verdict.Decision : null;
        if (taken is null && !IsNews(watch, verdict.Report))
        {
            return;
        }

        var looks = stages is [.., var last] && last.Stage == experiment.Stage ? ExperimentJson.Read<IReadOnlyList<LookPoint>>(last.Looks) : [];
        await store.WriteAsync<ExperimentWatch>(lease, async token =>
        {
            await KeepAsync(watch.Id, PastStage.Of(experiment, experiment.Stage, sums), LookPoint.Append(looks, verdict.Report), token);
            await KeepAsync(watch, lease, verdict.Report, taken, token);
        }, cancellationToken);
    }

    private async Task<bool> DecideAsync(RunningExperiment experiment, ExperimentDecision decision, CancellationToken cancellationToken)
    {
        try
        {
            CrashPoint.Reach("evaluation.experiment.decision.before");
            var isTaken = await services.DecideAsync(experiment, decision, cancellationToken);
            CrashPoint.Reach("evaluation.experiment.decision.after");
            absence.Answered(Decisions);
            if (isTaken)
            {
                telemetry.CountDecision(decision.Action);
            }

            return isTaken;
        }
        catch (Exception exception) when (ExperimentServices.IsAway(exception, cancellationToken))
        {
            absence.Note(Decisions, exception);
            return false;
        }
    }

    /// <summary>Whether the log knows more than at the last look, or the experiment is another: without, nothing is written.</summary>
    private static bool IsNews(ExperimentWatch watch, ExperimentReport report) =>
        watch.Report is not { } json || ExperimentJson.Write(ExperimentJson.Read<ExperimentReport>(json) with { LookedAt = report.LookedAt }) != ExperimentJson.Write(report);

    private Task<int> KeepAsync(ExperimentWatch watch, Lease lease, ExperimentReport report, ExperimentDecision? taken, CancellationToken cancellationToken)
    {
        // An alarm that the gateway was not told of yet is none of the stage's: the next look raises it again.
        var alarms = taken?.Action == ExperimentAction.Alarm ? string.Join(',', watch.RaisedAlarms.Append((string)taken.Evidence["kind"]!)) : watch.Alarms;
        var decided = taken is null or { Action: ExperimentAction.Alarm } ? watch.DecidedVersion : taken.Version;
        var told = taken is null ? watch.Decision : ExperimentJson.Write(DecisionReport.Of(taken, report));
        var json = ExperimentJson.Write(report);
        return store.ExperimentWatches.HeldBy(lease).ExecuteUpdateAsync(
            set => set
                .SetProperty(row => row.Alarms, alarms)
                .SetProperty(row => row.DecidedVersion, decided)
                .SetProperty(row => row.Decision, told)
                .SetProperty(row => row.Report, json),
            cancellationToken);
    }

    /// <summary>The lease keeps others from the same row meanwhile.</summary>
    private async Task KeepAsync(string watch, PastStage stage, IReadOnlyList<LookPoint>? looks, CancellationToken cancellationToken)
    {
        var found = ExperimentJson.Write(stage);
        var rows = store.ExperimentStages.Where(row => row.WatchId == watch && row.Stage == stage.Stage);
        var history = ExperimentJson.Write(looks ?? []);
        var kept = looks is null
            ? await rows.ExecuteUpdateAsync(set => set.SetProperty(row => row.Found, found), cancellationToken)
            : await rows.ExecuteUpdateAsync(set => set.SetProperty(row => row.Found, found).SetProperty(row => row.Looks, history), cancellationToken);
        if (kept == 0)
        {
            store.ExperimentStages.Add(new WatchedStage { WatchId = watch, Stage = stage.Stage, Found = found, Looks = history });
            await store.SaveChangesAsync(cancellationToken);
        }
    }
}
