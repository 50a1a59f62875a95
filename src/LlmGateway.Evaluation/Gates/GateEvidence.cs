using LlmGateway.Evaluation.Comparisons;

namespace LlmGateway.Evaluation.Gates;

/// <summary>What a run is judged by.</summary>
/// <param name="Scores">The run's scores.</param>
/// <param name="Items">The same in the order of the data.</param>
/// <param name="Joined">Joined with the baseline; null without one.</param>
/// <param name="Clusters">Which of its items belong together.</param>
/// <param name="Contents">The items' content by key; empty where no rule asks for it.</param>
/// <param name="Seed">Chooses the resamples.</param>
internal sealed record GateEvidence(
    RunScores Scores,
    IReadOnlyList<ScoredItem> Items,
    JoinedRuns? Joined,
    ItemClusters Clusters,
    IReadOnlyDictionary<string, RunItem> Contents,
    ulong Seed);
