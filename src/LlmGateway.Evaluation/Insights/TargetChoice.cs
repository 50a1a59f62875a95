using LlmGateway.Evaluation.Runs;
using LlmGateway.Evaluation.Storage;
using LlmGateway.Statistics;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Evaluation.Insights;

/// <summary>Chooses which of a run's items are probed: failed ones, and as controls as many that passed, each at random by the seed.</summary>
internal sealed class TargetChoice(EvaluationDbContext store)
{
    /// <summary>8 million characters of items: every probe's run holds them.</summary>
    private const int MaxLength = 8_000_000;

    public async Task<InsightPlan> ChooseAsync(InsightPlan plan, Run run, InsightSettings settings, CancellationToken cancellationToken)
    {
        var rows = store.OutputItems.AsNoTracking().Where(item => item.RunId == run.Id && item.Repetition == 0).OrderBy(item => item.Index)
            .Select(item => new { item.Id, item.Index, item.Sample, item.Results, item.Item.Length }).AsAsyncEnumerable();
        var (failed, passed, notJudged) = (new List<SizedTarget>(), new List<SizedTarget>(), 0);
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            var results = RunJson.ReadResults(row.Results ?? "[]");
            switch (Verdict.Of(results, plan.Criteria) ?? (BreaksFormat(settings.Probes.Format, row.Sample, results) ? false : null))
            {
                case false:
                    failed.Add(new SizedTarget(new ProbeTarget(row.Id, row.Index, IsControl: false), row.Length));
                    break;
                case true:
                    passed.Add(new SizedTarget(new ProbeTarget(row.Id, row.Index, IsControl: true), row.Length));
                    break;
                default:
                    notJudged++;
                    break;
            }
        }

        return plan with
        {
            Counts = new GradedCounts(failed.Count, passed.Count, notJudged),
            Targets = Sample(failed, passed, settings, plan.Affordable(settings.Budget)),
        };
    }

    /// <summary>An answer without the form often cannot be graded at all: that is its failure.</summary>
    private static bool BreaksFormat(FormatSettings? format, string? sample, IReadOnlyList<ItemResult> results) =>
        format is not null && RecordedAnswer.Read(sample).Text is { } answer && format.IsKept(answer, results) == false;

    private static List<ProbeTarget> Sample(List<SizedTarget> failed, List<SizedTarget> passed, InsightSettings settings, int affordable)
    {
        var controls = Math.Min(passed.Count, Math.Min(settings.MaxItems, affordable / 2));
        var probed = Math.Min(failed.Count, Math.Min(settings.MaxItems, affordable - controls));
        return [.. Draw(failed, probed, MaxLength / 2, settings.Seed), .. Draw(passed, controls, MaxLength / 2, settings.Seed)];
    }

    private static IEnumerable<ProbeTarget> Draw(List<SizedTarget> from, int count, int maxLength, int seed)
    {
        RandomOrder.Shuffle(from, (ulong)seed);
        var length = 0;
        return from.Take(count).TakeWhile((target, place) => (length += target.Length) <= maxLength || place == 0)
            .Select(target => target.Target).OrderBy(target => target.Index);
    }

    private readonly record struct SizedTarget(ProbeTarget Target, int Length);
}
