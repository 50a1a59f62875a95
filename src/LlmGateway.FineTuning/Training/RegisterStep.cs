using System.Net.Http.Json;
using LlmGateway.FineTuning.Backends;
using LlmGateway.FineTuning.Jobs;
using LlmGateway.Service;

namespace LlmGateway.FineTuning.Training;

/// <summary>What the gateway is told of a fine-tuned model.</summary>
/// <param name="ProjectId">Whose it is.</param>
/// <param name="Provider">The gateway's provider that serves it.</param>
/// <param name="Model">The provider's own name of it.</param>
/// <param name="BaseModel">What it was trained from, as the request named it.</param>
/// <param name="JobId">The job that made it.</param>
/// <param name="CreatedAt">Unix seconds.</param>
internal sealed record FineTunedModelRegistration(string ProjectId, string Provider, string Model, string BaseModel, string JobId, long CreatedAt);

/// <summary>Makes the model known to the gateway, under a name that is the job's own; the same again changes nothing.</summary>
internal sealed class RegisterStep(IHttpClientFactory clients, BackendDirectory backends, JobWriter writer, TimeProvider time) : IJobStep
{
    public const string ClientName = "fine-tuning-gateway";

    public string Stage => JobStage.Registering;

    public async Task<Job> RunAsync(Job job, Lease lease, CancellationToken cancellationToken)
    {
        var name = NameOf(job);
        var registration = new FineTunedModelRegistration(
            job.ProjectId, backends.ProviderOf(job.Backend), job.BackendFineTunedModel!, job.Model, job.Id, time.GetUtcNow().ToUnixTimeSeconds());
        using var response = await clients.CreateClient(ClientName).PutAsJsonAsync(
            $"http://gateway/internal/fine_tuned_models/{Uri.EscapeDataString(name)}", registration, FineTuningJsonContext.Default.FineTunedModelRegistration, cancellationToken);
        await CheckAsync(response, job, cancellationToken);
        CrashPoint.Reach("finetuning.registered");
        return await writer.SucceedAsync(lease, name, cancellationToken);
    }

    /// <summary><c>ft:base:project:suffix:id</c>, where the id is the end of the job's.</summary>
    private static string NameOf(Job job) => $"ft:{job.BackendModel}:{job.ProjectId}:{JobRequest.Parse(job.Request).Suffix}:{job.Id[^12..]}";

    private static async Task CheckAsync(HttpResponseMessage response, Job job, CancellationToken cancellationToken)
    {
        if ((int)response.StatusCode is >= 400 and < 500 and not (408 or 429))
        {
            throw new JobFailedException(
                "registration_refused",
                $"The model '{job.BackendFineTunedModel}' is trained, and the gateway refused to register it: {await response.Content.ReadAsStringAsync(cancellationToken)}");
        }

        response.EnsureSuccessStatusCode();
    }
}
