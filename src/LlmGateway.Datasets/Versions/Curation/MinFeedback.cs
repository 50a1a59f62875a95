using System.Text.Json.Serialization;
using LlmGateway.Datasets.Feedback;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.Versions.Curation;

/// <summary>
/// Keeps items whose call was judged well: the mean of all feedback of one metric on the call, its answer and its episode. An item
/// without such feedback, or without a call, is left out.
/// </summary>
/// <param name="Metric">A boolean (0 or 1) or float metric.</param>
/// <param name="Min">Lowest mean; of a metric of which less is better use <paramref name="Max"/>.</param>
/// <param name="Max">Highest mean.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record MinFeedback(string? Metric, double? Min = null, double? Max = null) : BatchStep<Dictionary<Guid, double>>
{
    private const string None = "no_feedback";
    private const string Worse = "worse_feedback";

    public override void Check(string field)
    {
        FeedbackRequest.CheckMetric(Metric, $"{field}.metric");
        if ((Min ?? Max) is null || Max < Min)
        {
            throw Bad("give 'min', or 'max', or both in order.", field, "min");
        }
    }

    protected override async Task CheckAsync(CurationScope scope, string field, CancellationToken cancellationToken)
    {
        var metric = await scope.Metrics.FindAsync(scope.Project, Metric!, cancellationToken) ?? throw Bad($"the project has no metric '{Metric}'.", field, "metric");
        if (metric.Type is not (FeedbackType.Boolean or FeedbackType.Float))
        {
            throw Bad($"'{Metric}' is of type {metric.Type}, and only booleans and floats have a least value.", field, "metric");
        }
    }

    protected override async Task<Dictionary<Guid, double>> LookUpAsync(IReadOnlyList<ItemDraft> batch, CurationScope scope, CancellationToken cancellationToken)
    {
        var ids = batch.Where(draft => draft.InferenceId is not null).Select(draft => draft.InferenceId!.Value).Distinct().ToArray();
        var calls = await scope.Context.Inferences.Where(call => call.ProjectId == scope.Project && ids.Contains(call.Id))
            .Select(call => new { call.Id, call.BodyId, call.EpisodeId }).ToListAsync(cancellationToken);
        var targets = calls.Select(call => (Guid?)call.Id).ToArray();
        var bodies = calls.Where(call => call.BodyId is not null).Select(call => call.BodyId).Distinct().ToArray();
        var episodes = calls.Where(call => call.EpisodeId is not null).Select(call => call.EpisodeId).Distinct().ToArray();
        var said = await scope.Context.Feedback.AsNoTracking()
            .Where(row => row.ProjectId == scope.Project && row.Metric == Metric && row.Number != null
                && (targets.Contains(row.InferenceId) || bodies.Contains(row.BodyId) || episodes.Contains(row.EpisodeId)))
            .Select(row => new { row.Id, row.InferenceId, row.BodyId, row.EpisodeId, Number = row.Number!.Value }).ToListAsync(cancellationToken);
        var (byCall, byBody, byEpisode) = (said.ToLookup(row => row.InferenceId), said.ToLookup(row => row.BodyId), said.ToLookup(row => row.EpisodeId));
        return calls
            .Select(call => (call.Id, Said: byCall[call.Id]
                .Concat(call.BodyId is null ? [] : byBody[call.BodyId])
                .Concat(call.EpisodeId is null ? [] : byEpisode[call.EpisodeId]).DistinctBy(row => row.Id).ToArray()))
            .Where(call => call.Said.Length > 0)
            .ToDictionary(call => call.Id, call => call.Said.Average(row => row.Number));
    }

    protected override Verdict Judge(ItemDraft draft, Dictionary<Guid, double> found) =>
        draft.InferenceId is not { } id || !found.TryGetValue(id, out var mean) ? Verdict.Drop(draft, None, $"no feedback of '{Metric}'")
        : mean < Min || mean > Max ? Verdict.Drop(draft, Worse, FormattableString.Invariant($"{Metric} {mean:0.###}"))
        : Verdict.Keep(draft);
}
