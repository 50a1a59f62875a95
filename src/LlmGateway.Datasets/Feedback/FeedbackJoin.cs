using LlmGateway.Datasets.Inferences;
using LlmGateway.Datasets.Storage;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.Feedback;

/// <summary>
/// What was said of calls: of the call itself, of its answer, or of its episode. Feedback for an answer counts for every
/// call that carries it, because a cached answer is one answer.
/// </summary>
internal static class FeedbackJoin
{
    /// <summary>Most that is shown with one call.</summary>
    private const int MaxShown = 100;

    /// <summary>The newest feedback on a call.</summary>
    public static Task<List<FeedbackRecord>> FeedbackOfAsync(this DatasetsDbContext context, Inference call, CancellationToken cancellationToken)
    {
        var (id, body, episode) = (call.Id, call.BodyId, call.EpisodeId);
        return context.Feedback.AsNoTracking()
            .Where(row => row.ProjectId == call.ProjectId
                && (row.InferenceId == id || (body != null && row.BodyId == body) || (episode != null && row.EpisodeId == episode)))
            .OrderByDescending(row => row.Id).Take(MaxShown).ToListAsync(cancellationToken);
    }

    /// <summary>Calls of which one of the given feedback was said.</summary>
    /// <param name="calls">Calls of one project.</param>
    /// <param name="feedback">Feedback of the same project.</param>
    /// <param name="level">One of <see cref="FeedbackLevel"/>; null for both.</param>
    /// <remarks>The feedback's targets are read once and looked up, where asking for each call would read three indexes for each.</remarks>
    public static IQueryable<Inference> WithFeedback(this IQueryable<Inference> calls, IQueryable<FeedbackRecord> feedback, string? level = null)
    {
        // Never null, which would make three questions of each call out of the look-ups.
        var ofCalls = feedback.Where(row => row.InferenceId != null).Select(row => row.InferenceId ?? Guid.Empty);
        var ofAnswers = feedback.Where(row => row.BodyId != null).Select(row => row.BodyId ?? "");
        var ofEpisodes = feedback.Where(row => row.EpisodeId != null).Select(row => row.EpisodeId ?? "");
        return level switch
        {
            FeedbackLevel.Inference => calls.Where(call => ofCalls.Contains(call.Id) || ofAnswers.Contains(call.BodyId!)),
            FeedbackLevel.Episode => calls.Where(call => ofEpisodes.Contains(call.EpisodeId!)),
            _ => calls.Where(call => ofCalls.Contains(call.Id) || ofAnswers.Contains(call.BodyId!) || ofEpisodes.Contains(call.EpisodeId!)),
        };
    }

    /// <summary>What a metric says of each call that has it: the mean where it was said more than once.</summary>
    public static async Task<Dictionary<Guid, double>> ScoresAsync(
        this DatasetsDbContext context, string project, IReadOnlyCollection<Inference> calls, string metric, CancellationToken cancellationToken)
    {
        var ids = calls.Select(call => (Guid?)call.Id).ToArray();
        var bodies = calls.Where(call => call.BodyId is not null).Select(call => call.BodyId).ToArray();
        var episodes = calls.Where(call => call.EpisodeId is not null).Select(call => call.EpisodeId).Distinct().ToArray();
        var rows = await context.Feedback.AsNoTracking()
            .Where(row => row.ProjectId == project && row.Metric == metric && row.Number != null
                && (ids.Contains(row.InferenceId) || bodies.Contains(row.BodyId) || episodes.Contains(row.EpisodeId)))
            .Select(row => new { row.InferenceId, row.BodyId, row.EpisodeId, Number = row.Number!.Value }).ToListAsync(cancellationToken);
        return calls
            .Select(call => (call.Id, Numbers: rows.Where(row => row.InferenceId == call.Id
                || (call.BodyId is not null && row.BodyId == call.BodyId)
                || (call.EpisodeId is not null && row.EpisodeId == call.EpisodeId)).Select(row => row.Number).ToList()))
            .Where(call => call.Numbers.Count > 0)
            .ToDictionary(call => call.Id, call => call.Numbers.Average());
    }

    /// <summary>The newest demonstration of each call that has one, by the call's id. One of an episode stands for no single call.</summary>
    public static async Task<Dictionary<Guid, FeedbackRecord>> DemonstrationsAsync(
        this DatasetsDbContext context, string project, IReadOnlyCollection<Inference> calls, CancellationToken cancellationToken)
    {
        var ids = calls.Select(call => (Guid?)call.Id).ToArray();
        var bodies = calls.Where(call => call.BodyId is not null).Select(call => call.BodyId).ToArray();
        var rows = await context.Feedback.AsNoTracking()
            .Where(row => row.ProjectId == project && row.Type == FeedbackType.Demonstration && (ids.Contains(row.InferenceId) || bodies.Contains(row.BodyId)))
            .OrderBy(row => row.Id).ToListAsync(cancellationToken);
        var byId = rows.Where(row => row.InferenceId is not null).ToLookup(row => row.InferenceId!.Value);
        var byBody = rows.ToLookup(row => row.BodyId);
        return calls
            .Select(call => (call.Id, Newest: byId[call.Id].Concat(call.BodyId is null ? [] : byBody[call.BodyId]).MaxBy(row => row.Id, StringComparer.Ordinal)))
            .Where(found => found.Newest is not null)
            .ToDictionary(found => found.Id, found => found.Newest!);
    }
}
