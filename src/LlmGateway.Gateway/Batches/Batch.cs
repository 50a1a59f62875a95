using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Gateway.Batches;

/// <summary>A batch. Its inherited status is a <see cref="BatchStage"/>. Times are Unix microseconds, null for not yet.</summary>
internal sealed class Batch : LeasedRow
{
    public const string IdPrefix = "batch_";

    public required string ProjectId { get; init; }

    /// <summary>The key that made it, in whose name its requests are made.</summary>
    public string? KeyId { get; init; }

    /// <summary>Such as <c>/v1/chat/completions</c>.</summary>
    public required string Endpoint { get; init; }

    public required string InputFileId { get; init; }

    public required long InputBytes { get; init; }

    public required string CompletionWindow { get; init; }

    /// <summary>JSON; null for none.</summary>
    public string? Metadata { get; init; }

    /// <summary>Seconds after which the files it makes expire; null for never.</summary>
    public int? OutputExpiresAfter { get; init; }

    /// <summary>A <see cref="BatchEnding"/>, known once no more calls are made.</summary>
    public string? Ending { get; set; }

    /// <summary>The one that all its requests name; null for several, or before they are read.</summary>
    public string? Model { get; set; }

    public required long CreatedAt { get; init; }

    public required long ExpiresAt { get; set; }

    public long? InProgressAt { get; set; }

    public long? FinalizingAt { get; set; }

    public long? CancellingAt { get; set; }

    public long? EndedAt { get; set; }

    /// <summary>Requests; 0 until they are validated.</summary>
    public int Total { get; set; }

    /// <summary>Those of them that were answered with 200.</summary>
    public int Completed { get; set; }

    public int Failed { get; set; }

    public long InputTokens { get; set; }

    public long CachedInputTokens { get; set; }

    public long OutputTokens { get; set; }

    public long ReasoningTokens { get; set; }

    public string? OutputFileId { get; set; }

    public string? ErrorFileId { get; set; }

    /// <summary>A list of <see cref="BatchError"/> as JSON; null for none.</summary>
    public string? Errors { get; set; }

    /// <summary>OpenAI's status.</summary>
    public string ShownStatus => BatchStage.Ended.Contains(Status) ? Ending! : Status;

    /// <summary>The parent of its calls in the log.</summary>
    public Guid LogId => Guid.ParseExact(Id.AsSpan(IdPrefix.Length), "N");

    /// <summary>Where its endpoint is, below <c>/v1/</c>.</summary>
    public string Path => Endpoint["/v1/".Length..];
}

internal sealed class BatchConfiguration : IEntityTypeConfiguration<Batch>
{
    public void Configure(EntityTypeBuilder<Batch> builder)
    {
        builder.ToTable("batches");
        builder.HasKey(batch => batch.Id);
        builder.HasIndex(batch => new { batch.ProjectId, batch.CreatedAt });

        // Which batches are to be worked on: asked every few seconds.
        builder.HasIndex(batch => new { batch.Status, batch.LeaseUntil });
        builder.Property(batch => batch.ProjectId).HasMaxLength(64);
        builder.Property(batch => batch.KeyId).HasMaxLength(64);
        builder.Property(batch => batch.Endpoint).HasMaxLength(64);
        builder.Property(batch => batch.InputFileId).HasMaxLength(128);
        builder.Property(batch => batch.CompletionWindow).HasMaxLength(16);
        builder.Property(batch => batch.Ending).HasMaxLength(16);
        builder.Property(batch => batch.Model).HasMaxLength(256);
        builder.Property(batch => batch.OutputFileId).HasMaxLength(64);
        builder.Property(batch => batch.ErrorFileId).HasMaxLength(64);
    }
}
