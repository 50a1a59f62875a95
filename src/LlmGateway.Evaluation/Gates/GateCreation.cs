using System.Text.Json;
using LlmGateway.Evaluation.Comparisons;
using LlmGateway.Evaluation.Evals;
using LlmGateway.Evaluation.Gates.Rules;
using LlmGateway.Evaluation.Storage;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Gates;

/// <summary>Holds runs against rules, and keeps what came of it.</summary>
internal sealed class GateCreation(EvaluationDbContext store, EvalDefinitions definitions, JudgeCheck judges, TimeProvider time)
{
    /// <exception cref="ApiException">
    /// A run is unknown (404), has not completed, or has no item in common with the baseline, or a rule is a judge's that is not good
    /// enough (400).
    /// </exception>
    public async Task<GateView> CreateAsync(Eval eval, JsonFields fields, CancellationToken cancellationToken)
    {
        var definition = await definitions.ReadAsync(eval, cancellationToken);
        var request = GateRequest.Read(fields, definition);
        var warnings = await judges.CheckAsync(eval.Id, definition.Graders, request.Rules, cancellationToken);
        var baseline = request.Baseline is { } id
            ? await RunScores.LoadAsync(store, eval, id, "baseline", definition.Graders, cancellationToken)
            : null;
        var (runs, cluster) = (new List<GatedRun>(), (string?)null);
        foreach (var (run, field) in request.Runs)
        {
            var scores = await RunScores.LoadAsync(store, eval, run, field, definition.Graders, cancellationToken);
            var evidence = await GatherAsync(request, baseline, scores, field, cancellationToken);
            cluster ??= evidence.Clusters.Path;
            runs.Add(Judge(request.Rules, evidence));
        }

        return await KeepAsync(eval, request, cluster, warnings, runs, cancellationToken);
    }

    private async Task<GateEvidence> GatherAsync(GateRequest request, RunScores? baseline, RunScores scores, string field, CancellationToken cancellationToken)
    {
        var clusters = await ItemClusters.LoadAsync(store, scores.Run, request.Cluster, cancellationToken);
        var contents = new Dictionary<string, RunItem>();
        if (request.Rules.Any(rule => rule is MustPassRule { Where: not null }))
        {
            await foreach (var item in RunItems.ReadAsync(store, scores.Run, cancellationToken))
            {
                contents[item.Key] = item;
            }
        }

        return new GateEvidence(
            scores,
            [.. scores.Items.Values.OrderBy(item => item.Index)],
            baseline is null ? null : JoinedRuns.Join(baseline, scores, clusters, field),
            clusters,
            contents,
            (ulong)request.Seed);
    }

    private static GatedRun Judge(IReadOnlyList<IGateRule> rules, GateEvidence evidence)
    {
        List<RuleResult> results = [.. rules.Select(rule => rule.Judge(evidence))];
        return new GatedRun(
            ComparedRun.Of(evidence.Scores.Run), GateVerdict.Worst(results.Select(result => result.Verdict)), results.Max(result => result.ItemsMissing), results);
    }

    private async Task<GateView> KeepAsync(
        Eval eval, GateRequest request, string? cluster, IReadOnlyList<string> warnings, IReadOnlyList<GatedRun> runs, CancellationToken cancellationToken)
    {
        var now = time.NowMicros();
        var view = new GateView(
            RowIds.New(IdPrefixes.Gate, time.GetUtcNow()),
            "eval.gate",
            eval.Id,
            UnixMicros.ToSeconds(now),
            request.Seed,
            cluster,
            request.Baseline,
            GateVerdict.Worst(runs.Select(run => run.Verdict)),
            runs.Max(run => run.ItemsMissing),
            warnings,
            runs);
        var content = JsonSerializer.Serialize(view, EvaluationJson.TypeInfo<GateView>());
        store.Gates.Add(new Gate { Id = view.Id, EvalId = eval.Id, Content = content, CreatedAt = now });
        await store.SaveChangesAsync(cancellationToken);
        return view;
    }
}
