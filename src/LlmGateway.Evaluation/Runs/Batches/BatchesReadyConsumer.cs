using LlmGateway.Contracts.Evaluation;
using MassTransit;

namespace LlmGateway.Evaluation.Runs.Batches;

/// <summary>Wakes this process's worker: every process hears of a run's batches, and they share them out by their leases.</summary>
internal sealed class BatchesReadyConsumer(BatchWorker worker) : IConsumer<EvaluationBatchesReady>
{
    public const string Endpoint = "evaluation.batches-ready";

    public Task Consume(ConsumeContext<EvaluationBatchesReady> context)
    {
        worker.Wake();
        return Task.CompletedTask;
    }
}
