using System.Text.Json;
using LlmGateway.FineTuning.Training;
using LlmGateway.OpenAI;
using LlmGateway.Service;

namespace LlmGateway.FineTuning.Jobs;

/// <summary>Rows as OpenAI's resources, with our own members beside.</summary>
internal static class JobView
{
    private static readonly JsonElement Auto = JsonSerializer.SerializeToElement("auto", FineTuningJsonContext.Default.String);

    public static FineTuningJob Of(Job job)
    {
        var request = JobRequest.Parse(job.Request);
        var hyperparameters = job.Hyperparameters is { } resolved
            ? JsonSerializer.Deserialize(resolved, FineTuningJsonContext.Default.FineTuningHyperparameters)!
            : WithAuto(request.GivenHyperparameters);
        return new FineTuningJob
        {
            Id = job.Id,
            CreatedAt = UnixMicros.ToSeconds(job.CreatedAt),
            Error = job.ErrorCode is null ? null : new FineTuningError { Code = job.ErrorCode, Message = job.ErrorMessage ?? "", Param = job.ErrorParam },
            FineTunedModel = job.FineTunedModel,
            FinishedAt = job.FinishedAt is { } finished ? UnixMicros.ToSeconds(finished) : null,
            Hyperparameters = hyperparameters,
            Model = job.Model,
            OrganizationId = job.ProjectId,
            Status = job.ShownStatus,
            TrainedTokens = job.TrainedTokens,
            TrainingFile = request.TrainingFile ?? request.Dataset?.Id ?? "",
            ValidationFile = request.ValidationFile,
            Integrations = request.Integrations,
            Seed = job.Seed,
            EstimatedFinish = job.EstimatedFinish,
            ResultFiles = job.ResultFile is { } file ? [file] : [],
            Method = FineTuningMethod.Of(request.MethodName, (request.Method?.Settings ?? new FineTuningMethodSettings()) with { Hyperparameters = hyperparameters }),
            Metadata = request.Metadata,
            Extra = Ours(job, request),
        };
    }

    public static FineTuningJobEvent Of(JobEvent one) => new()
    {
        Id = one.Id,
        CreatedAt = UnixMicros.ToSeconds(one.CreatedAt),
        Level = one.Level,
        Message = one.Message,
        Type = one.Type,
        Data = one.Data is null ? null : JsonSerializer.Deserialize(one.Data, FineTuningJsonContext.Default.JsonElement),
    };

    public static FineTuningJobCheckpoint Of(JobCheckpoint one) => new()
    {
        Id = one.Id,
        CreatedAt = one.CreatedAt,
        FineTunedModelCheckpoint = one.Model,
        FineTuningJobId = one.JobId,
        StepNumber = one.Step,
        Metrics = JsonSerializer.Deserialize(one.Metrics, FineTuningJsonContext.Default.FineTuningMetrics)!,
    };

    private static FineTuningHyperparameters WithAuto(FineTuningHyperparameters? given) => (given ?? new FineTuningHyperparameters()) with
    {
        NEpochs = given?.NEpochs ?? Auto,
        BatchSize = given?.BatchSize ?? Auto,
        LearningRateMultiplier = given?.LearningRateMultiplier ?? Auto,
    };

    // Members that OpenAI's object does not have; its own SDKs pass over them.
    private static Dictionary<string, JsonElement>? Ours(Job job, JobRequest request)
    {
        var ours = new Dictionary<string, JsonElement>();
        if (job.RequestId is { } id)
        {
            ours["request_id"] = JsonSerializer.SerializeToElement(id, FineTuningJsonContext.Default.String);
        }

        if (request.Dataset is { } dataset)
        {
            ours["dataset"] = JsonSerializer.SerializeToElement(
                dataset with { Version = JsonSerializer.SerializeToElement(job.DatasetVersion, FineTuningJsonContext.Default.String) }, FineTuningJsonContext.Default.DatasetReference);
        }

        if (job.Hold is { } hold)
        {
            ours["hold"] = JsonSerializer.SerializeToElement(hold, FineTuningJsonContext.Default.String);
        }

        if (job.CostNanoUsd is { } cost)
        {
            ours[job.TrainedTokens is null ? "estimated_cost_usd" : "cost_usd"] = JsonSerializer.SerializeToElement(JobCost.ToUsd(cost), FineTuningJsonContext.Default.Decimal);
        }

        if (job.Evaluation is { } evaluation)
        {
            ours["evaluation"] = JsonElement.Parse(evaluation);
        }

        return ours.Count > 0 ? ours : null;
    }
}
