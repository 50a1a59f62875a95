using LlmGateway.FineTuning.Jobs;
using LlmGateway.Service;

namespace LlmGateway.FineTuning.Training;

/// <summary>Makes the model known to the gateway: from then on it can be called.</summary>
internal sealed class RegisterStep(ModelRegistry registry, JobWriter writer) : IJobStep
{
    public string Stage => JobStage.Registering;

    public async Task<Job> RunAsync(Job job, Lease lease, CancellationToken cancellationToken)
    {
        var name = await registry.RegisterAsync(job, null, cancellationToken);
        CrashPoint.Reach("finetuning.registered");
        return await writer.SucceedAsync(lease, name, cancellationToken);
    }
}
