using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.FineTuning.Jobs;

/// <summary>What happened in a job: our own, and copies of the backend's.</summary>
internal sealed class JobEvent
{
    /// <summary>In the order of insertion.</summary>
    public long Sequence { get; init; }

    public required string Id { get; init; }

    public required string JobId { get; init; }

    /// <summary>Unix microseconds.</summary>
    public required long CreatedAt { get; init; }

    public required string Level { get; init; }

    public required string Message { get; init; }

    public required string Type { get; init; }

    /// <summary>JSON; null for none.</summary>
    public string? Data { get; init; }

    /// <summary>Our own event.</summary>
    public static JobEvent Of(string jobId, TimeProvider time, string message, string level = "info") => new()
    {
        Id = $"ftevent-{Guid.CreateVersion7():N}",
        JobId = jobId,
        CreatedAt = time.NowMicros(),
        Level = level,
        Message = message,
        Type = "message",
    };

    /// <summary>A copy of the backend's, with an id that it has only once.</summary>
    public static JobEvent Copy(string jobId, FineTuningJobEvent original) => new()
    {
        Id = $"ftevent-{Guid.CreateVersion7():N}",
        JobId = jobId,
        CreatedAt = UnixMicros.OfSeconds(original.CreatedAt),
        Level = original.Level,
        Message = original.Message,
        Type = original.Type,
        Data = original.Data?.GetRawText(),
    };
}

internal sealed class JobEventConfiguration : IEntityTypeConfiguration<JobEvent>
{
    public void Configure(EntityTypeBuilder<JobEvent> builder)
    {
        builder.ToTable("fine_tuning_events");
        builder.HasKey(one => one.Sequence);
        builder.HasIndex(one => one.Id).IsUnique();
        builder.HasIndex(one => new { one.JobId, one.Sequence });
    }
}
