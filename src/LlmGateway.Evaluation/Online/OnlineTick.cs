using LlmGateway.Evaluation.Runs;
using LlmGateway.Evaluation.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Evaluation.Online;

/// <summary>
/// One look of a rule at the log. First the results of its last runs are sent; then, with none under way, the calls behind the
/// watermark are looked at. The watermark moves in the transaction that makes their run, so that a worker may die anywhere.
/// </summary>
internal sealed class OnlineTick(
    EvaluationDbContext store, CallLog log, OnlineGrading grading, ResultFeedback feedback, OnlineTelemetry telemetry, TimeProvider time)
{
    /// <summary>Most calls of one look.</summary>
    private const int MaxCalls = 1000;

    public async Task RunAsync(OnlineRule rule, Lease lease, CancellationToken cancellationToken)
    {
        try
        {
            // A disabled rule looks at nothing more, but what it began is sent.
            if (await SettleAsync(rule, lease, cancellationToken) && rule.Status == OnlineStatus.Enabled)
            {
                await LookAsync(rule, lease, cancellationToken);
            }
        }
        catch (ApiException exception) when (exception.Error.Status < 500)
        {
            await PauseAsync(lease, exception.Error.Code, exception.Error.Message, cancellationToken);
        }

        telemetry.Lag(rule, time.GetUtcNow());
    }

    /// <summary>Sends what runs gave.</summary>
    /// <returns>False while one is under way, or where the rule is paused now.</returns>
    private async Task<bool> SettleAsync(OnlineRule rule, Lease lease, CancellationToken cancellationToken)
    {
        var runs = await store.OnlineRuns.Where(row => row.RuleId == rule.Id && !row.IsSettled)
            .Join(store.Runs, row => row.RunId, run => run.Id, (_, run) => run).AsNoTracking().OrderBy(run => run.Id).ToListAsync(cancellationToken);
        foreach (var run in runs.Where(run => !RunStatus.Open.Contains(run.Status)))
        {
            // A run that failed may have graded some of its calls.
            await feedback.SendAsync(rule, run, cancellationToken);
            CrashPoint.Reach("evaluation.online.feedback.after");
            await store.WriteAsync<OnlineRule>(
                lease,
                token => store.OnlineRuns.Where(row => row.RunId == run.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.IsSettled, true), token),
                cancellationToken);
            if (run.Status == RunStatus.Failed)
            {
                await PauseAsync(lease, "run_failed", $"The run '{run.Id}' failed with {run.ErrorCode}: {run.ErrorMessage}", cancellationToken);
                return false;
            }
        }

        return !runs.Any(run => RunStatus.Open.Contains(run.Status));
    }

    private async Task LookAsync(OnlineRule rule, Lease lease, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var until = now.AddSeconds(-rule.DelaySeconds);
        // Until there is a place to go on from, every look begins at the rule's making: a call may come late.
        var from = UnixMicros.ToTime(rule.Watermark is null ? rule.CreatedAt : rule.LookedUntil);
        if (until <= from)
        {
            return;
        }

        var calls = await log.ReadAsync(rule.Caller(Scopes.Data), rule.Watermark, from, until, cancellationToken).Take(MaxCalls).ToListAsync(cancellationToken);
        var day = OnlineClock.DayOf(now);
        var used = rule.Day == day ? rule.DayItems : 0;
        var selection = await CallSelection.MakeAsync(store, rule, calls, rule.DailyItems is { } items ? Math.Max(0, items - used) : int.MaxValue, cancellationToken);
        // A look that was cut goes on where it ended.
        var looked = calls.Count < MaxCalls ? UnixMicros.Of(until) : rule.LookedUntil;
        await store.WriteAsync<OnlineRule>(lease, async token =>
        {
            if (selection.Calls.Count > 0)
            {
                await grading.StartAsync(rule, selection.Calls, rule.Caller(Scopes.Data | Scopes.Inference), token);
                CrashPoint.Reach("evaluation.online.run.before");
            }

            await MoveAsync(lease, calls.Count > 0 ? calls[^1].Id : rule.Watermark, looked, day, used + selection.Calls.Count, OnlineCounts.Parse(rule.Counts).Plus(selection.Counts), token);
        }, cancellationToken);
        if (selection.Calls.Count > 0)
        {
            CrashPoint.Reach("evaluation.online.run.after");
        }

        rule.LookedUntil = looked;
        telemetry.Count(selection.Counts);
    }

    private Task<int> MoveAsync(Lease lease, Guid? watermark, long looked, int day, int dayItems, OnlineCounts counts, CancellationToken cancellationToken)
    {
        var json = counts.ToJson();
        return store.OnlineRules.HeldBy(lease).ExecuteUpdateAsync(
            set => set
                .SetProperty(row => row.Watermark, watermark)
                .SetProperty(row => row.LookedUntil, looked)
                .SetProperty(row => row.Day, day)
                .SetProperty(row => row.DayItems, dayItems)
                .SetProperty(row => row.Counts, json),
            cancellationToken);
    }

    private async Task PauseAsync(Lease lease, string code, string message, CancellationToken cancellationToken)
    {
        store.ChangeTracker.Clear();
        await store.OnlineRules.HeldBy(lease).ExecuteUpdateAsync(
            set => set
                .SetProperty(row => row.Status, OnlineStatus.Paused)
                .SetProperty(row => row.PauseCode, code)
                .SetProperty(row => row.PauseMessage, message),
            cancellationToken);
    }
}
