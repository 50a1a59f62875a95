using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.FineTuning.Backends;
using LlmGateway.FineTuning.Evaluations;
using LlmGateway.FineTuning.Jobs;

namespace LlmGateway.FineTuning.Training;

/// <summary>What the gateway is told of a fine-tuned model.</summary>
/// <param name="ProjectId">Whose it is.</param>
/// <param name="Provider">The gateway's provider that serves it.</param>
/// <param name="Model">The provider's own name of it.</param>
/// <param name="BaseModel">What it was trained from, as the request named it.</param>
/// <param name="JobId">The job that made it.</param>
/// <param name="CreatedAt">Unix seconds.</param>
/// <param name="Details">How it was made and what was found of it, for people: lists of models show it.</param>
internal sealed record FineTunedModelRegistration(
    string ProjectId, string Provider, string Model, string BaseModel, string JobId, long CreatedAt, JsonObject Details);

/// <summary>Makes a job's model known to the gateway, under a name that is the job's own. The same again changes nothing but the details.</summary>
internal sealed class ModelRegistry(IHttpClientFactory clients, BackendDirectory backends)
{
    public const string ClientName = "fine-tuning-gateway";

    /// <returns>The model's name: <c>ft:base:project:suffix:id</c>, where the id is the end of the job's.</returns>
    /// <exception cref="JobFailedException">The gateway refused it.</exception>
    public async Task<string> RegisterAsync(Job job, JobEvaluation? evaluation, CancellationToken cancellationToken)
    {
        var name = $"ft:{job.BackendModel}:{job.ProjectId}:{JobRequest.Parse(job.Request).Suffix}:{job.Id[^12..]}";
        var registration = new FineTunedModelRegistration(
            job.ProjectId, backends.ProviderOf(job.Backend), job.BackendFineTunedModel!, job.Model, job.Id, CreatedAt(job), Describe(job, evaluation));
        using var response = await clients.CreateClient(ClientName).PutAsJsonAsync(
            $"http://gateway/internal/fine_tuned_models/{Uri.EscapeDataString(name)}", registration, FineTuningJsonContext.Default.FineTunedModelRegistration, cancellationToken);
        if ((int)response.StatusCode is >= 400 and < 500 and not (408 or 429))
        {
            throw new JobFailedException(
                "registration_refused",
                $"The model '{job.BackendFineTunedModel}' is trained, and the gateway refused to register it: {await response.Content.ReadAsStringAsync(cancellationToken)}");
        }

        response.EnsureSuccessStatusCode();
        return name;
    }

    private static long CreatedAt(Job job) => Service.UnixMicros.ToSeconds(job.CreatedAt);

    private static JsonObject Describe(Job job, JobEvaluation? evaluation)
    {
        var request = JobRequest.Parse(job.Request);
        var checks = job.Checks is { } json ? JsonSerializer.Deserialize(json, FineTuningJsonContext.Default.TrainingCheckReport) : null;
        return new JsonObject
        {
            ["method"] = request.MethodName,
            ["dataset"] = request.Dataset?.Id ?? request.TrainingFile,
            ["dataset_version"] = job.DatasetVersion,
            ["dataset_hash"] = checks?.Training.Hash,
            ["hyperparameters"] = job.Hyperparameters is { } resolved ? JsonNode.Parse(resolved) : null,
            ["seed"] = job.Seed,
            ["trained_tokens"] = job.TrainedTokens,
            ["evaluation"] = evaluation?.HeldOut is { } heldOut ? Describe(heldOut) : null,
        };
    }

    private static JsonObject Describe(SetEvaluation heldOut) => new()
    {
        ["eval_id"] = heldOut.EvalId,
        ["runs"] = new JsonArray(heldOut.BaseRun, heldOut.FineTunedRun),
        ["base"] = heldOut.Comparison.Baseline,
        ["fine_tuned"] = heldOut.Comparison.Candidate,
        ["verdict"] = heldOut.Comparison.Verdict,
    };
}
