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
    public static IQueryable<Inference> WithFeedback(this IQueryable<Inference> calls, IQueryable<FeedbackRecord> feedback) => calls.Where(call =>
        feedback.Any(row => row.InferenceId == call.Id)
        || (call.BodyId != null && feedback.Any(row => row.BodyId == call.BodyId))
        || (call.EpisodeId != null && feedback.Any(row => row.EpisodeId == call.EpisodeId)));

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
