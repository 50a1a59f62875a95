using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.FineTuning.Jobs;

/// <summary>A model as it was after a step, at the backend.</summary>
internal sealed class JobCheckpoint
{
    public required string Id { get; init; }

    public required string JobId { get; init; }

    /// <summary>Unix seconds.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>The backend's own name of it.</summary>
    public required string Model { get; init; }

    public required long Step { get; init; }

    /// <summary>JSON of OpenAI's metrics.</summary>
    public required string Metrics { get; init; }
}

internal sealed class JobCheckpointConfiguration : IEntityTypeConfiguration<JobCheckpoint>
{
    public void Configure(EntityTypeBuilder<JobCheckpoint> builder)
    {
        builder.ToTable("fine_tuning_checkpoints");
        builder.HasKey(one => one.Id);
        builder.HasIndex(one => new { one.JobId, one.Step });
    }
}
