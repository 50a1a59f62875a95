namespace LlmGateway.Contracts.Evaluation;

/// <summary>
/// A run's items wait in batches. Evaluation broadcasts it after they are stored, and every process of it wakes its workers. It
/// only saves a wait: workers also look for batches by themselves.
/// </summary>
/// <param name="ProjectId">The run's project.</param>
/// <param name="RunId">The run; receiving it twice does nothing more.</param>
public sealed record EvaluationBatchesReady(string ProjectId, string RunId);
