namespace LlmGateway.Contracts.Evaluation;

/// <summary>
/// A run waits for a worker. Evaluation publishes it after the run's row is stored, and one of its workers consumes it. It only
/// saves a wait: the row says what is to be done, and workers also look for rows by themselves.
/// </summary>
/// <param name="ProjectId">The run's project.</param>
/// <param name="RunId">The run; receiving it twice does nothing more.</param>
public sealed record StartEvaluationRun(string ProjectId, string RunId);
