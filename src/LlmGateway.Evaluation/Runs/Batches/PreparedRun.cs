using LlmGateway.Evaluation.Evals;
using LlmGateway.Evaluation.Sampling;

namespace LlmGateway.Evaluation.Runs.Batches;

/// <summary>What all batches of a run share in a process.</summary>
/// <param name="Definition">The eval.</param>
/// <param name="Plan">How samples are had.</param>
/// <param name="Sampler">What has them.</param>
/// <param name="Concurrency">How many items of the run may be in work here at a time.</param>
internal sealed record PreparedRun(EvalDefinition Definition, RunPlan Plan, ISampler Sampler, int Concurrency)
{
    public SemaphoreSlim Slots { get; } = new(Concurrency);
}
