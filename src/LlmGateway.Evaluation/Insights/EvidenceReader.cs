using LlmGateway.Evaluation.Calibrations.Labels;
using LlmGateway.Evaluation.Runs;
using LlmGateway.Evaluation.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Evaluation.Insights;

/// <summary>Reads what the run in question and the probes' runs say of each item.</summary>
internal sealed class EvidenceReader(EvaluationDbContext store)
{
    /// <exception cref="ApiException">A person's label cannot be read.</exception>
    public async Task<IReadOnlyList<ProbedItem>> ReadAsync(InsightPlan plan, ProbeSettings settings, CancellationToken cancellationToken)
    {
        var outcomes = new Dictionary<string, IReadOnlyDictionary<int, ProbeOutcome>>();
        foreach (var probe in plan.Probes.Where(probe => probe is { RunId: not null, Failure: null }))
        {
            outcomes[probe.Kind] = await OutcomesAsync(probe, plan, settings.Format, cancellationToken);
        }

        var ids = plan.Targets!.Select(target => target.OutputItemId).ToList();
        var rows = await store.OutputItems.AsNoTracking().Where(item => ids.Contains(item.Id)).ToDictionaryAsync(item => item.Id, cancellationToken);
        return
        [
            .. plan.Targets!.Index().Where(target => rows.ContainsKey(target.Item.OutputItemId))
                .Select(target => ProbedItem.Of(target.Item, Read(rows[target.Item.OutputItemId], settings, outcomes, target.Index))),
        ];
    }

    private async Task<IReadOnlyDictionary<int, ProbeOutcome>> OutcomesAsync(
        PlannedProbe probe, InsightPlan plan, FormatSettings? format, CancellationToken cancellationToken)
    {
        var rows = store.OutputItems.AsNoTracking().Where(item => item.RunId == probe.RunId)
            .Select(item => new { item.Index, item.Sample, item.Results }).AsAsyncEnumerable();
        var outcomes = new Dictionary<int, ProbeOutcome>();
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            var results = RunJson.ReadResults(row.Results ?? "[]");
            var answer = probe.Kind == ProbeKind.FormatAsked ? RecordedAnswer.Read(row.Sample).Text : null;
            outcomes[row.Index] = new ProbeOutcome(Verdict.Of(results, plan.Criteria), answer is null ? null : format?.IsKept(answer, results));
        }

        return outcomes;
    }

    private static Evidence Read(
        OutputItem row, ProbeSettings settings, Dictionary<string, IReadOnlyDictionary<int, ProbeOutcome>> outcomes, int place)
    {
        var (item, answer, results) = (JsonText.Parse(row.Item), RecordedAnswer.Read(row.Sample), RunJson.ReadResults(row.Results ?? "[]"));
        var asked = outcomes.GetValueOrDefault(ProbeKind.FormatAsked)?.GetValueOrDefault(place);
        return new Evidence(
            settings.Human?.Find(new LabelledOutput(row.Id, row.Index, item, results, answer.InferenceId)),
            GoldPresence.Find(settings, answer, item),
            answer.Text is { } text ? settings.Format?.IsKept(text, results) : null,
            asked?.HasFormat,
            outcomes.ToDictionary(entry => entry.Key, entry => entry.Value.GetValueOrDefault(place)?.Passed));
    }

    /// <summary>How an item came out with a probe. Null is an error or an abstention.</summary>
    private sealed record ProbeOutcome(bool? Passed, bool? HasFormat);
}
