namespace LlmGateway.Contracts.Datasets;

/// <summary>
/// Somebody said something of an output. Datasets publishes it after the row is stored. It only saves a wait: <c>GET
/// /v1/feedback/{id}</c> has the value and all else. It may come more than once, always with the same <paramref name="FeedbackId"/>.
/// </summary>
/// <param name="ProjectId">The project.</param>
/// <param name="FeedbackId">The row.</param>
/// <param name="InferenceId">The call's or the answer's id, as it was given; null for an episode's.</param>
/// <param name="EpisodeId">The episode; null for a call's.</param>
/// <param name="Metric">What was said something about.</param>
/// <param name="Type">The metric's type, such as <c>boolean</c>.</param>
public sealed record FeedbackRecorded(string ProjectId, string FeedbackId, string? InferenceId, string? EpisodeId, string Metric, string Type);
