using LlmGateway.Contracts.Gateway;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Datasets.Inferences;

/// <summary>
/// The narrow row of a call: <see cref="InferenceRecord"/> without its metadata, which has a table of its own. The row
/// stays when what it tells of is deleted: it is the account of what was used, and it keeps a re-sent record from being
/// stored again. Only <see cref="Retention.RetentionOptions.RowDays"/>, where it is set, ends it.
/// </summary>
internal sealed class Inference
{
    public required Guid Id { get; init; }

    public required string ProjectId { get; init; }

    public string? KeyId { get; init; }

    public required string Operation { get; init; }

    public required string Purpose { get; init; }

    public string? BodyId { get; init; }

    public required string RequestedModel { get; init; }

    public string? Model { get; init; }

    public string? Provider { get; init; }

    public long CreatedAtMicros { get; init; }

    public long DurationMicros { get; init; }

    public long? TimeToFirstTokenMicros { get; init; }

    public int Status { get; init; }

    public InferenceOutcome Outcome { get; init; }

    public string? ErrorCode { get; init; }

    public bool Streamed { get; init; }

    public CacheResult Cache { get; init; }

    public string? FinishReason { get; init; }

    public long? InputTokens { get; init; }

    public long? OutputTokens { get; init; }

    public long? CachedInputTokens { get; init; }

    public long? ReasoningTokens { get; init; }

    public bool UsageEstimated { get; init; }

    public long? CostNanoUsd { get; init; }

    public string? EndUser { get; init; }

    public string? EpisodeId { get; init; }

    public string? TraceId { get; init; }

    public long RequestBytes { get; init; }

    public long ResponseBytes { get; init; }

    /// <summary>False when bodies were not kept, and after they were deleted.</summary>
    public bool BodiesKept { get; set; }

    public string? PromptId { get; init; }

    public int? PromptVersion { get; init; }

    public string? PromptLabel { get; init; }

    /// <summary>A JSON object.</summary>
    public string? PromptVariables { get; init; }

    /// <summary>How many of the request's messages are the prompt's.</summary>
    public int? PromptMessages { get; init; }

    public Guid? ParentId { get; init; }

    public string? Step { get; init; }

    /// <summary>The gateway's findings as a JSON array; null for none.</summary>
    public string? Scores { get; init; }

    /// <summary>What was looked up for the request as a JSON array; null for nothing.</summary>
    public string? Retrieval { get; init; }

    /// <summary>Why the call went its way as a JSON object; null where that was not told.</summary>
    public string? Explanation { get; init; }

    /// <summary>The attempts as a JSON array; what each used and cost stands in the ledger.</summary>
    public required string Attempts { get; init; }
}

internal sealed class InferenceConfiguration : IEntityTypeConfiguration<Inference>
{
    public void Configure(EntityTypeBuilder<Inference> builder)
    {
        builder.ToTable("inferences");
        builder.HasKey(row => row.Id);
        builder.HasIndex(row => new { row.ProjectId, row.Id });
        builder.HasIndex(row => new { row.ProjectId, row.BodyId, row.Id });
        builder.HasIndex(row => new { row.ProjectId, row.ParentId }).HasFilter("parent_id IS NOT NULL");
        // Usage, of one project or of all.
        builder.HasIndex(row => new { row.CreatedAtMicros, row.ProjectId });
    }
}
