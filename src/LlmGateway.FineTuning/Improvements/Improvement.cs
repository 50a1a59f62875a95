using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.FineTuning.Improvements;

/// <summary>One way from a route's logged calls to a better model behind it. Its inherited status is an <see cref="ImprovementStage"/>.</summary>
internal sealed class Improvement : LeasedRow
{
    public const string IdPrefix = "improvement_";

    public required string ProjectId { get; init; }

    public string? KeyId { get; init; }

    /// <summary>An <see cref="ImprovementRequest"/> as JSON.</summary>
    public required string Request { get; init; }

    /// <summary>Unix microseconds.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>Unix microseconds; null until it has ended.</summary>
    public long? FinishedAt { get; set; }

    /// <summary>One of <see cref="ImprovementStatus"/>.</summary>
    public required string ShownStatus { get; set; }

    /// <summary>One of <see cref="ImprovementOutcome"/>; null until it has ended well.</summary>
    public string? Outcome { get; set; }

    /// <summary>Grows with each step that is run again: what is made elsewhere is named by it, and found again by that name.</summary>
    public int Round { get; set; }

    /// <summary>The name of what is made elsewhere in this round.</summary>
    public string NameInRound => $"{Id}-{Round}";

    /// <summary>What became of each step: <see cref="ImprovementStep"/>s as JSON.</summary>
    public required string Steps { get; set; }

    /// <summary>The model that is trained; null until it is known.</summary>
    public string? BaseModel { get; set; }

    public string? DatasetId { get; set; }

    public string? DatasetVersion { get; set; }

    public string? JobId { get; set; }

    public string? FineTunedModel { get; set; }

    public string? AttributionId { get; set; }

    public string? ExperimentId { get; set; }

    public string? ErrorCode { get; set; }

    public string? ErrorMessage { get; set; }
}

internal sealed class ImprovementConfiguration : IEntityTypeConfiguration<Improvement>
{
    public void Configure(EntityTypeBuilder<Improvement> builder)
    {
        builder.ToTable("improvements");
        builder.HasKey(row => row.Id);
        builder.HasIndex(row => new { row.ProjectId, row.Id });

        // Which are to be worked on: asked every few seconds.
        builder.HasIndex(row => new { row.Status, row.LeaseUntil });
    }
}
