using System.Text.Json;
using LlmGateway.Contracts.Datasets;
using LlmGateway.FineTuning.Backends;
using LlmGateway.FineTuning.Jobs;

namespace LlmGateway.FineTuning.Training;

/// <summary>What jobs cost, in nano-dollars. What trains on the operator's own machines costs nothing here.</summary>
internal sealed class JobCost(BackendDirectory backends)
{
    private const decimal NanoPerUsd = 1_000_000_000;

    /// <returns>Null when nobody knows.</returns>
    public long? Estimate(Job job, TrainingCheckReport report) =>
        !backends.IsBilled(job.Backend) ? 0 : report.EstimatedCostUsd is { } usd ? (long)(usd * NanoPerUsd) : null;

    /// <summary>What it came to, by the tokens that the backend counted; the estimate where it counted none.</summary>
    public static long? Settle(Job job)
    {
        var expected = job.Checks is { } checks ? JsonSerializer.Deserialize(checks, FineTuningJsonContext.Default.TrainingCheckReport)!.TrainingTokens : 0;
        return job is { TrainedTokens: { } trained, CostNanoUsd: { } estimate } && expected > 0 ? (long)(estimate * ((decimal)trained / expected)) : job.CostNanoUsd;
    }

    public static decimal ToUsd(long nano) => nano / NanoPerUsd;
}
