using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.FineTuning.Jobs;

/// <summary>A fine-tuning job. Its inherited status is a <see cref="JobStage"/>.</summary>
internal sealed class Job : LeasedRow
{
    public required string ProjectId { get; init; }

    /// <summary>The key that asked for it; null for a message.</summary>
    public string? KeyId { get; init; }

    /// <summary>The caller's own id, unique in the project; null for none.</summary>
    public string? RequestId { get; init; }

    /// <summary>The request, as JSON of a <see cref="JobRequest"/>.</summary>
    public required string Request { get; init; }

    /// <summary>The request's metadata as JSON; null for none. Beside the request so that lists can be filtered by it.</summary>
    public string? Metadata { get; init; }

    /// <summary>Unix microseconds.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>Unix microseconds; null until it has ended.</summary>
    public long? FinishedAt { get; set; }

    /// <summary>OpenAI's status.</summary>
    public required string ShownStatus { get; set; }

    /// <summary>The base model as the request names it.</summary>
    public required string Model { get; init; }

    public required string Backend { get; init; }

    /// <summary>The base model by the backend's own name.</summary>
    public required string BackendModel { get; init; }

    public required long Seed { get; init; }

    /// <summary>The version that the dataset had when the job was made; null for files.</summary>
    public string? DatasetVersion { get; set; }

    /// <summary>The stage to go on with; null unless it is held.</summary>
    public string? HeldStage { get; set; }

    /// <summary>One of <see cref="JobHold"/>; null unless it is held.</summary>
    public string? Hold { get; set; }

    /// <summary>What Datasets found in the data, as JSON of a <c>TrainingCheckReport</c>; null until it was looked at.</summary>
    public string? Checks { get; set; }

    /// <summary>What it is expected to cost, later what it cost, in nano-dollars; null when unknown.</summary>
    public long? CostNanoUsd { get; set; }

    /// <summary>The file of its metrics; null until there is one.</summary>
    public string? ResultFile { get; set; }

    /// <summary>How its model compares with the base, as JSON of a <c>JobEvaluation</c>; null until that is begun.</summary>
    public string? Evaluation { get; set; }

    /// <summary>How often it was asked for again: what is made for it elsewhere is known by this.</summary>
    public int EvaluationRound { get; set; }

    public string? BackendTrainingFile { get; set; }

    public string? BackendValidationFile { get; set; }

    public string? BackendJob { get; set; }

    /// <summary>The newest of the backend's events that are copied.</summary>
    public string? LastBackendEvent { get; set; }

    /// <summary>The backend's own name of what it trained.</summary>
    public string? BackendFineTunedModel { get; set; }

    /// <summary>The model's name for callers; null until it can be called.</summary>
    public string? FineTunedModel { get; set; }

    /// <summary>What the backend made of <c>auto</c>, as JSON; null until it said.</summary>
    public string? Hyperparameters { get; set; }

    public long? TrainedTokens { get; set; }

    /// <summary>Unix seconds, as the backend says.</summary>
    public long? EstimatedFinish { get; set; }

    public string? ErrorCode { get; set; }

    public string? ErrorMessage { get; set; }

    public string? ErrorParam { get; set; }

    /// <summary>Id of the event that tells of its end; the same however often it is published.</summary>
    public string? AnnouncementId { get; set; }
}

internal sealed class JobConfiguration : IEntityTypeConfiguration<Job>
{
    public void Configure(EntityTypeBuilder<Job> builder)
    {
        builder.ToTable("fine_tuning_jobs");
        builder.HasKey(job => job.Id);
        builder.HasIndex(job => new { job.ProjectId, job.Id });
        builder.HasIndex(job => new { job.ProjectId, job.RequestId }).IsUnique();

        // Which jobs are to be worked on: asked every few seconds.
        builder.HasIndex(job => new { job.Status, job.LeaseUntil });
    }
}
