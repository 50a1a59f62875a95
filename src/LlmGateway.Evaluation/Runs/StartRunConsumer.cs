using LlmGateway.Contracts.Evaluation;
using MassTransit;

namespace LlmGateway.Evaluation.Runs;

/// <summary>Wakes this process's worker, which takes the run, or another one that waits longer.</summary>
internal sealed class StartRunConsumer(RunWorker worker) : IConsumer<StartEvaluationRun>
{
    public Task Consume(ConsumeContext<StartEvaluationRun> context)
    {
        worker.Wake();
        return Task.CompletedTask;
    }
}

internal sealed class StartRunConsumerDefinition : ConsumerDefinition<StartRunConsumer>
{
    public StartRunConsumerDefinition() => EndpointName = "evaluation.start-run";
}
