using System.Text.Json;
using LlmGateway.Evaluation.Evals;
using LlmGateway.Evaluation.Runs;
using LlmGateway.Evaluation.Storage;
using LlmGateway.Service;
using LlmGateway.Statistics;

namespace LlmGateway.Evaluation.Comparisons;

/// <summary>Compares runs and keeps what came of it.</summary>
internal sealed class ComparisonCreation(EvaluationDbContext store, EvalDefinitions definitions, TimeProvider time)
{
    /// <exception cref="ApiException">A run is unknown (404), has not completed, or has no item in common with the baseline (400).</exception>
    public async Task<ComparisonView> CreateAsync(Eval eval, JsonFields fields, CancellationToken cancellationToken)
    {
        var request = ComparisonRequest.Read(fields, (await definitions.ReadAsync(eval, cancellationToken)).Graders);
        var baseline = await LoadAsync(eval, request.Baseline, "baseline", cancellationToken);
        var candidates = new List<CandidateView>();
        for (var index = 0; index < request.Candidates.Count; index++)
        {
            var field = $"candidates[{index}]";
            var candidate = await LoadAsync(eval, request.Candidates[index], field, cancellationToken);
            CheckCommon(baseline, candidate, field);
            candidates.Add(new CandidateView(Describe(candidate.Run), [.. request.Criteria.Select(grader => CriterionComparer.Compare(
                grader.Name, grader.IsBinary, PairedResults.Join(baseline, candidate, grader.Name), request.Seed))]));
        }

        var now = time.NowMicros();
        var view = new ComparisonView(
            Ids.New(Ids.Comparison, time), "eval.comparison", eval.Id, Times.ToSeconds(now), request.Seed, Describe(baseline.Run), Judge(candidates));
        var content = JsonSerializer.Serialize(view, EvaluationJson.TypeInfo<ComparisonView>());
        store.Comparisons.Add(new Comparison { Id = view.Id, EvalId = eval.Id, Content = content, CreatedAt = now });
        await store.SaveChangesAsync(cancellationToken);
        return view;
    }

    private async Task<RunScores> LoadAsync(Eval eval, string id, string field, CancellationToken cancellationToken)
    {
        var run = await store.GetRunAsync(eval.ProjectId, eval.Id, id, cancellationToken);
        return run.Status == RunStatus.Completed
            ? await RunScores.LoadAsync(store, run, cancellationToken)
            : throw JsonFields.Invalid($"The run '{id}' is {run.Status}; only completed runs are compared.", field);
    }

    private static void CheckCommon(RunScores baseline, RunScores candidate, string field)
    {
        if (!candidate.Items.Keys.Any(baseline.Items.ContainsKey))
        {
            throw JsonFields.Invalid(
                $"The runs '{baseline.Run.Id}' and '{candidate.Run.Id}' have no item in common, so there is nothing to pair. Run both on the same data.", field);
        }
    }

    /// <summary>All questions of the comparison are one family.</summary>
    private static List<CandidateView> Judge(IReadOnlyList<CandidateView> candidates)
    {
        var adjusted = Holm.Adjust([.. candidates.SelectMany(candidate => candidate.Results).Select(result => result.P).OfType<double>()]);
        var next = 0;
        return [.. candidates.Select(candidate => candidate with
        {
            Results = [.. candidate.Results.Select(result => result.P is null ? result : result.Judge(adjusted[next++]))],
        })];
    }

    private static ComparedRun Describe(Run run)
    {
        var totals = RunJson.ReadTotals(run.Totals);
        var sampled = totals.Models.Count > 0 && totals.LatencyMs > 0 ? totals.Sampled : 0;
        return new ComparedRun(
            run.Id,
            run.Name,
            run.Model,
            totals.Total,
            totals.Errored,
            sampled == 0 ? null : totals.LatencyMs / sampled,
            totals.CostUsd,
            totals.Models.Aggregate((long?)0, (sum, model) => sum + model.TotalTokens));
    }
}
