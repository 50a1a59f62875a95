using System.Text.Json;
using LlmGateway.Evaluation.Evals;
using LlmGateway.Evaluation.Graders;
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
        var request = ComparisonRequest.Read(fields, await definitions.ReadAsync(eval, cancellationToken));
        var baseline = await RunScores.LoadAsync(store, eval, request.Baseline, "baseline", request.Criteria, cancellationToken);
        var clusters = await ItemClusters.LoadAsync(store, baseline.Run, request.Cluster, cancellationToken);
        var candidates = new List<CandidateView>();
        for (var index = 0; index < request.Candidates.Count; index++)
        {
            var field = $"candidates[{index}]";
            var candidate = await RunScores.LoadAsync(store, eval, request.Candidates[index], field, request.Criteria, cancellationToken);
            candidates.Add(Compare(candidate, JoinedRuns.Join(baseline, candidate, clusters, field), request));
        }

        var now = time.NowMicros();
        var view = new ComparisonView(
            RowIds.New(IdPrefixes.Comparison, time.GetUtcNow()),
            "eval.comparison",
            eval.Id,
            UnixMicros.ToSeconds(now),
            (int)request.Settings.Seed,
            clusters.Path,
            ComparedRun.Of(baseline.Run),
            Judge(candidates));
        var content = JsonSerializer.Serialize(view, EvaluationJson.TypeInfo<ComparisonView>());
        store.Comparisons.Add(new Comparison { Id = view.Id, EvalId = eval.Id, Content = content, CreatedAt = now });
        await store.SaveChangesAsync(cancellationToken);
        return view;
    }

    private static CandidateView Compare(RunScores candidate, JoinedRuns joined, ComparisonRequest request) => new(
        ComparedRun.Of(candidate.Run),
        [
            .. request.Criteria.Select((grader, criterion) => Compare(grader, criterion, joined, request.Settings)),
        ],
        MeasureComparer.Compare(joined, item => item.LatencyMs.Value, request.Settings.Seed),
        MeasureComparer.Compare(joined, item => item.CostUsd.Value, request.Settings.Seed));

    private static CriterionComparison Compare(IGrader grader, int criterion, JoinedRuns joined, ComparisonSettings settings)
    {
        var paired = joined.Pair(item => item[criterion].Score, item => item[criterion].IsErrored);
        return CriterionComparer.Compare(grader.Name, grader.IsBinary, paired, settings) with
        {
            MacroF1 = ClassifierComparer.Compare(paired, criterion, settings.Seed),
        };
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
}
