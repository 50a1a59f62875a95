using System.Globalization;
using System.Numerics;
using LlmGateway.Contracts.Gateway;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Datasets.Exposures;

/// <summary>
/// That a call was given a variant of an experiment, with what experiments are measured by, so that these are summed from one index.
/// It is deleted when the call's days are over.
/// </summary>
internal sealed class Exposure
{
    public required Guid InferenceId { get; init; }

    public required string ProjectId { get; init; }

    public required string ExperimentId { get; init; }

    public required int Stage { get; init; }

    public required string Variant { get; init; }

    /// <summary>The unit's hash with its lowest bit foremost: the sign tells the half, and each half of a variant stands together.</summary>
    public required long Unit { get; init; }

    public required long CreatedAtMicros { get; init; }

    /// <summary>1 for a call that failed or broke off, else 0; one whose caller left did neither.</summary>
    public required int Failed { get; init; }

    /// <summary>Null unless the answer was whole.</summary>
    public long? DurationMicros { get; init; }

    /// <summary>Null when unknown.</summary>
    public long? CostNanoUsd { get; init; }

    /// <summary>As the call's, because feedback may name it.</summary>
    public string? BodyId { get; init; }

    /// <inheritdoc cref="BodyId"/>
    public string? EpisodeId { get; init; }

    /// <returns>Null for a call that no experiment had, or whose unit is no hash.</returns>
    public static Exposure? Of(InferenceRecord record) =>
        record.Exposure is not { } exposure || !ulong.TryParse(exposure.Unit, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit) ? null : new Exposure
        {
            InferenceId = record.Id,
            ProjectId = record.ProjectId,
            ExperimentId = exposure.ExperimentId,
            Stage = exposure.Stage,
            Variant = exposure.Variant,
            Unit = (long)BitOperations.RotateRight(unit, 1),
            CreatedAtMicros = record.CreatedAtMicros,
            Failed = record.Outcome is InferenceOutcome.Failed or InferenceOutcome.Incomplete ? 1 : 0,
            DurationMicros = record.Outcome == InferenceOutcome.Completed ? record.DurationMicros : null,
            CostNanoUsd = record.CostNanoUsd,
            BodyId = record.BodyId,
            EpisodeId = record.EpisodeId,
        };
}

internal sealed class ExposureConfiguration : IEntityTypeConfiguration<Exposure>
{
    public void Configure(EntityTypeBuilder<Exposure> builder)
    {
        builder.ToTable("exposures");
        builder.HasKey(row => row.InferenceId);
        // All that sums need: they read no row.
        builder.HasIndex(row => new { row.ProjectId, row.ExperimentId, row.Stage, row.Variant, row.Unit, row.Failed, row.DurationMicros, row.CostNanoUsd });
        builder.HasIndex(row => row.BodyId);
        builder.HasIndex(row => row.EpisodeId);
    }
}
