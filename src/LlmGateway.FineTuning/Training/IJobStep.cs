using LlmGateway.FineTuning.Jobs;
using LlmGateway.Service;

namespace LlmGateway.FineTuning.Training;

/// <summary>What is done for a job in one of its stages. It can be begun again whenever its process died in it.</summary>
internal interface IJobStep
{
    /// <summary>A <see cref="JobStage"/>.</summary>
    string Stage { get; }

    /// <returns>The job in a later stage.</returns>
    Task<Job> RunAsync(Job job, Lease lease, CancellationToken cancellationToken);
}
