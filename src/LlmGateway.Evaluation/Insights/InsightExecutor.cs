using LlmGateway.Evaluation.Evals;
using LlmGateway.Evaluation.Runs;
using LlmGateway.Evaluation.Sources;
using LlmGateway.Evaluation.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LlmGateway.Evaluation.Insights;

/// <summary>
/// Carries an insight as far as it comes: chooses the items, makes the probes' runs, puts it down while these run, and explains what
/// came of them. Each step is kept before the next begins, and what is found done is not done again.
/// </summary>
internal sealed class InsightExecutor(
    EvaluationDbContext store,
    EvalDefinitions definitions,
    DatasetsClient datasets,
    TargetChoice choice,
    ProbeRuns runs,
    EvidenceReader reader,
    IOptions<EvaluationOptions> options,
    TimeProvider time)
{
    /// <summary>How long an insight is put down between two looks at its runs.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public async Task ExecuteAsync(Insight insight, Lease lease, CancellationToken cancellationToken)
    {
        if (insight.Attempt > options.Value.MaxAttempts)
        {
            await FailAsync(lease, "worker_lost", $"Its worker ended {insight.Attempt - 1} times without finishing it.", cancellationToken);
        }
        else if (insight.Status == InsightStatus.InProgress && await AnyOpenAsync(InsightJson.ReadPlan(insight.Plan), cancellationToken))
        {
            await RestAsync(lease, cancellationToken);
        }
        else if (await store.Runs.AsNoTracking().SingleOrDefaultAsync(row => row.Id == insight.RunId, cancellationToken) is { } run)
        {
            await TryGoOnAsync(insight, run, lease, cancellationToken);
        }
        else
        {
            await FailAsync(lease, "run_gone", $"The run '{insight.RunId}' was deleted.", cancellationToken);
        }
    }

    private async Task TryGoOnAsync(Insight insight, Run run, Lease lease, CancellationToken cancellationToken)
    {
        try
        {
            await GoOnAsync(insight, run, lease, cancellationToken);
        }
        catch (ApiException exception) when (exception.Error.Status < 500)
        {
            // A person's label that is none, or a queue that is gone.
            await FailAsync(lease, exception.Error.Code, exception.Message, cancellationToken);
        }
    }

    private async Task GoOnAsync(Insight insight, Run run, Lease lease, CancellationToken cancellationToken)
    {
        var eval = await store.Evals.AsNoTracking().SingleAsync(row => row.Id == insight.EvalId, cancellationToken);
        var definition = await definitions.ReadAsync(eval, cancellationToken);
        var settings = await InsightSettings.ReadAsync(JsonFields.Of(JsonText.Parse(insight.Request), ""), definition, datasets, insight.Caller(), cancellationToken);
        var plan = await PlanAsync(insight, eval, run, settings, lease, cancellationToken);
        if (await AnyOpenAsync(plan, cancellationToken))
        {
            await RestAsync(lease, cancellationToken);
            return;
        }

        var items = await reader.ReadAsync(plan, settings.Probes, cancellationToken);
        var report = InsightReporter.Report(insight.Id, plan, run, settings, items, await FaultsAsync(plan, cancellationToken));
        await CompleteAsync(insight, lease, report, items, cancellationToken);
    }

    private Task RestAsync(Lease lease, CancellationToken cancellationToken) =>
        store.RestAsync<Insight>(lease, time.GetUtcNow() + Pause, cancellationToken);

    private async Task<InsightPlan> PlanAsync(
        Insight insight, Eval eval, Run run, InsightSettings settings, Lease lease, CancellationToken cancellationToken)
    {
        var plan = InsightJson.ReadPlan(insight.Plan);
        if (insight.Status == InsightStatus.InProgress)
        {
            return plan;
        }

        if (plan.Targets is null)
        {
            plan = await choice.ChooseAsync(plan, run, settings, cancellationToken);
            await SaveAsync(lease, InsightStatus.Queued, plan, cancellationToken);
            CrashPoint.Reach("evaluation.insight.chosen");
        }

        if (plan.Counts!.Failed > 0)
        {
            plan = await runs.CreateAsync(insight, eval, plan, settings.Probes.Format, cancellationToken);
        }

        await SaveAsync(lease, InsightStatus.InProgress, plan, cancellationToken);
        return plan;
    }

    private Task SaveAsync(Lease lease, string status, InsightPlan plan, CancellationToken cancellationToken)
    {
        var json = InsightJson.Write(plan);
        return store.WriteAsync<Insight>(
            lease,
            token => store.Insights.HeldBy(lease).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.Status, status).SetProperty(row => row.Plan, json), token),
            cancellationToken);
    }

    private Task<bool> AnyOpenAsync(InsightPlan plan, CancellationToken cancellationToken)
    {
        var ids = plan.RunIds;
        return store.Runs.AnyAsync(run => ids.Contains(run.Id) && RunStatus.Open.Contains(run.Status), cancellationToken);
    }

    /// <summary>Why runs have not come to a good end, by their ids.</summary>
    private async Task<Dictionary<string, string>> FaultsAsync(InsightPlan plan, CancellationToken cancellationToken)
    {
        var ids = plan.RunIds;
        var ended = await store.Runs.AsNoTracking().Where(run => ids.Contains(run.Id)).ToDictionaryAsync(run => run.Id, cancellationToken);
        return ids.Where(id => !ended.TryGetValue(id, out var run) || run.Status != RunStatus.Completed)
            .ToDictionary(id => id, id => ended.TryGetValue(id, out var run) ? run.ErrorMessage ?? $"Its run is {run.Status}." : "Its run was deleted.");
    }

    private Task CompleteAsync(Insight insight, Lease lease, InsightReport report, IReadOnlyList<ProbedItem> items, CancellationToken cancellationToken)
    {
        var json = InsightJson.Write(report);
        return store.WriteAsync<Insight>(
            lease,
            async token =>
            {
                store.InsightItems.AddRange(items.Select((item, place) => Row(insight, item, place)));
                await store.SaveChangesAsync(token);
                await store.Insights.HeldBy(lease).ExecuteUpdateAsync(
                    set => set.SetProperty(row => row.Status, InsightStatus.Completed).SetProperty(row => row.Report, json), token);
            },
            cancellationToken);
    }

    private InsightItem Row(Insight insight, ProbedItem item, int place) => new()
    {
        Id = RowIds.New(IdPrefixes.InsightItem, time.GetUtcNow()),
        InsightId = insight.Id,
        Place = place,
        OutputItemId = item.Target.OutputItemId,
        Index = item.Target.Index,
        IsControl = item.Target.IsControl,
        Label = item.Label,
        Evidence = InsightJson.Write(item.Evidence),
    };

    private Task FailAsync(Lease lease, string code, string message, CancellationToken cancellationToken) => store.WriteAsync<Insight>(
        lease,
        token => store.Insights.HeldBy(lease).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.Status, InsightStatus.Failed).SetProperty(row => row.ErrorCode, code).SetProperty(row => row.ErrorMessage, message), token),
        cancellationToken);
}
