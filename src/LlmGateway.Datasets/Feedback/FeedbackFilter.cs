using LlmGateway.Datasets.Inferences;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Datasets.Feedback;

/// <summary>The filters of <c>GET /v1/feedback</c>.</summary>
internal sealed record FeedbackFilter(string? InferenceId, string? EpisodeId, string? Metric, string? Type, long? CreatedAfterMicros, long? CreatedBeforeMicros)
{
    /// <exception cref="Service.ApiException">A filter is malformed (400).</exception>
    public static FeedbackFilter Read(IQueryCollection query) => new(
        InferenceFilter.ReadText(query, "inference_id"),
        InferenceFilter.ReadText(query, "episode_id"),
        InferenceFilter.ReadText(query, "metric"),
        InferenceFilter.ReadText(query, "type"),
        QueryTimes.ReadMicros(query, "created_after"),
        QueryTimes.ReadMicros(query, "created_before"));

    public IQueryable<FeedbackRecord> Apply(IQueryable<FeedbackRecord> rows)
    {
        if (InferenceId is { } target)
        {
            rows = Guid.TryParse(target, out var id) ? rows.Where(row => row.InferenceId == id) : rows.Where(row => row.BodyId == target);
        }

        rows = EpisodeId is { } episode ? rows.Where(row => row.EpisodeId == episode) : rows;
        rows = Metric is { } metric ? rows.Where(row => row.Metric == metric) : rows;
        rows = Type is { } type ? rows.Where(row => row.Type == type) : rows;
        rows = CreatedAfterMicros is { } after ? rows.Where(row => row.CreatedAtMicros > after) : rows;
        return CreatedBeforeMicros is { } before ? rows.Where(row => row.CreatedAtMicros < before) : rows;
    }
}
