using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Datasets.Feedback;

/// <summary>
/// One judgement. It names its target as the caller did and is joined to it when it is read: it may come before the call
/// itself, which reaches the store a moment after its answer.
/// </summary>
internal sealed class FeedbackRecord : IListedRow
{
    public const string IdPrefix = "fb_";

    public required string Id { get; init; }

    public required string ProjectId { get; init; }

    /// <summary>The call, when the target has the form of an inference id.</summary>
    public Guid? InferenceId { get; init; }

    /// <summary>The answer, and so each call that carries it; also beside <see cref="InferenceId"/>: some providers' ids are UUIDs too.</summary>
    public string? BodyId { get; init; }

    /// <summary>All calls of an episode.</summary>
    public string? EpisodeId { get; init; }

    public required string Metric { get; init; }

    public required string Type { get; init; }

    /// <summary>A float, or a boolean as 0 or 1; null for the other types.</summary>
    public double? Number { get; init; }

    /// <summary>A comment's text, an option, or a demonstration's message as JSON; null for the other types.</summary>
    public string? Text { get; init; }

    /// <summary>A remark beside the value.</summary>
    public string? Comment { get; init; }

    /// <summary>A JSON object of strings.</summary>
    public required string Tags { get; init; }

    public string? IdempotencyKey { get; init; }

    public required long CreatedAtMicros { get; init; }

    /// <summary>Whether the other says the same, whenever it was said.</summary>
    public bool SaysTheSame(FeedbackRecord other) =>
        (InferenceId, BodyId, EpisodeId, Metric, Type, Number, Text, Comment, Tags)
        == (other.InferenceId, other.BodyId, other.EpisodeId, other.Metric, other.Type, other.Number, other.Text, other.Comment, other.Tags);
}

internal sealed class FeedbackRecordConfiguration : IEntityTypeConfiguration<FeedbackRecord>
{
    public void Configure(EntityTypeBuilder<FeedbackRecord> builder)
    {
        builder.ToTable("feedback");
        builder.HasKey(row => row.Id);
        builder.HasIndex(row => new { row.ProjectId, row.Id });
        builder.HasIndex(row => new { row.ProjectId, row.InferenceId });
        builder.HasIndex(row => new { row.ProjectId, row.BodyId });
        builder.HasIndex(row => new { row.ProjectId, row.EpisodeId });
        builder.HasIndex(row => new { row.ProjectId, row.Metric, row.Id });
        builder.HasIndex(row => new { row.ProjectId, row.IdempotencyKey }).IsUnique();
    }
}
