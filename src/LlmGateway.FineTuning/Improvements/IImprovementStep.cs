using LlmGateway.Service;

namespace LlmGateway.FineTuning.Improvements;

/// <summary>What is done in a stage. It can be begun again whenever its process died in it.</summary>
internal interface IImprovementStep
{
    /// <summary>An <see cref="ImprovementStage"/>.</summary>
    string Stage { get; }

    /// <returns>The improvement in a later stage; in the same one while it waits for something.</returns>
    Task<Improvement> RunAsync(Improvement row, Lease lease, CancellationToken cancellationToken);
}
