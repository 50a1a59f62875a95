using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.FineTuning.Jobs;
using LlmGateway.FineTuning.Training;
using LlmGateway.Messaging.Events;
using LlmGateway.Service;
using MassTransit;
using Microsoft.Extensions.Options;

namespace LlmGateway.FineTuning.Evaluations;

/// <summary>
/// Compares the job's model with its base, after the job has succeeded: whoever waits for the model has it already, and an evaluation that
/// cannot be made is said beside it and fails nothing.
/// </summary>
internal sealed class EvaluateStep(ModelEvaluation evaluation, ModelRegistry registry, IBus bus, JobWriter writer, IOptions<FineTuningOptions> options, TimeProvider time) : IJobStep
{
    public string Stage => JobStage.Evaluating;

    public async Task<Job> RunAsync(Job job, Lease lease, CancellationToken cancellationToken)
    {
        if (job.Evaluation is null)
        {
            job = await writer.WriteAsync(lease, row => row.Evaluation = Write(new JobEvaluation { Status = JobEvaluation.Running }), "Comparing the model with its base", cancellationToken);
        }

        var result = await MakeAsync(job, cancellationToken);
        CrashPoint.Reach("finetuning.evaluated");
        if (result.HeldOut is not null)
        {
            await registry.RegisterAsync(job, result, cancellationToken);
        }

        await bus.PublishEventAsync(
            new PublicEvent($"evt_{job.Id}-evaluated-{job.EvaluationRound}", "fine_tuning.job.evaluated", time.GetUtcNow().ToUnixTimeSeconds(), job.ProjectId, new JsonObject
            {
                ["id"] = job.Id,
                ["fine_tuned_model"] = job.FineTunedModel,
                ["status"] = result.Status,
                ["verdict"] = result.HeldOut?.Comparison.Verdict,
            }),
            cancellationToken);
        return await writer.WriteAsync(lease, row => (row.Evaluation, row.Status) = (Write(result), JobStage.Done), Describe(result), cancellationToken);
    }

    private async Task<JobEvaluation> MakeAsync(Job job, CancellationToken cancellationToken)
    {
        if (time.NowMicros() - job.FinishedAt > options.Value.Patience.Ticks / TimeSpan.TicksPerMicrosecond)
        {
            return Failed("The evaluation took longer than FineTuning:Patience.");
        }

        try
        {
            return await evaluation.RunAsync(job, cancellationToken);
        }
        catch (ApiException exception) when (exception.Error.Status < 500)
        {
            return Failed(exception.Error.Message);
        }
        catch (JobFailedException exception)
        {
            return Failed(exception.Message);
        }
    }

    private static JobEvaluation Failed(string reason) => new() { Status = JobEvaluation.Failed, Reason = reason };

    private static string Write(JobEvaluation evaluation) => JsonSerializer.Serialize(evaluation, FineTuningJsonContext.Default.JobEvaluation);

    private static string Describe(JobEvaluation result) => result.HeldOut is { Comparison: var found } set
        ? FormattableString.Invariant($"Evaluated on {set.Items} held-out examples: {found.Baseline:0.000} before, {found.Candidate:0.000} after ({found.Difference:+0.000;-0.000} [{found.DifferenceLow:+0.000;-0.000}, {found.DifferenceHigh:+0.000;-0.000}]): {found.Verdict.Replace('_', ' ')}")
        : $"The model was not evaluated: {result.Reason}";
}
