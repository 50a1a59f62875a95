using System.Text.Json;
using LlmGateway.Contracts.Gateway;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Gateway.Experiments;

/// <summary>Variants of a route, among which its production calls are shared out.</summary>
internal sealed class Experiment
{
    public const string IdPrefix = "exp_";

    public required string Id { get; init; }

    public required string ProjectId { get; init; }

    /// <summary>Once in a project.</summary>
    public required string Name { get; init; }

    /// <summary>The route, as callers name it.</summary>
    public required string Model { get; init; }

    /// <summary>An <see cref="ExperimentDefinition"/> as JSON; it never changes.</summary>
    public required string Definition { get; init; }

    /// <summary>The variants' shares in their order, as a JSON array.</summary>
    public required string Weights { get; set; }

    /// <summary>One of <see cref="ExperimentStatus"/>.</summary>
    public required string Status { get; set; }

    /// <summary>The variant that was promoted; null for none.</summary>
    public string? Winner { get; set; }

    /// <summary>Counts changes, from 1.</summary>
    public required long Version { get; set; }

    /// <summary>From 1; a new one begins whenever weights change.</summary>
    public required int Stage { get; set; }

    /// <summary>Unix seconds.</summary>
    public required long StageBeganAt { get; set; }

    /// <summary>Unix seconds.</summary>
    public required long CreatedAt { get; init; }

    public ExperimentDefinition ReadDefinition() => JsonSerializer.Deserialize(Definition, GatewayJsonContext.Default.ExperimentDefinition)!;

    public double[] ReadWeights() => JsonSerializer.Deserialize(Weights, GatewayJsonContext.Default.DoubleArray)!;

    public void Reweigh(double[] weights, long now)
    {
        Version++;
        if (ReadWeights().SequenceEqual(weights))
        {
            return;
        }

        Weights = Write(weights);
        Stage++;
        StageBeganAt = now;
    }

    public void ChangeStatus(string status)
    {
        Version++;
        Status = status;
    }

    /// <summary>All calls to one variant from now on.</summary>
    /// <param name="status">How it ends.</param>
    /// <param name="variant">The variant's place; 0 for the control.</param>
    /// <param name="now">Unix seconds.</param>
    public void End(string status, int variant, long now)
    {
        var variants = ReadDefinition().Variants;
        Reweigh([.. variants.Select((_, index) => index == variant ? 1.0 : 0)], now);
        Status = status;
        Winner = status == ExperimentStatus.Promoted ? variants[variant].Name : null;
    }

    public static string Write(double[] weights) => JsonSerializer.Serialize(weights, GatewayJsonContext.Default.DoubleArray);

    /// <summary>As Evaluation reads it.</summary>
    public RunningExperiment ToRunning()
    {
        var (definition, weights) = (ReadDefinition(), ReadWeights());
        return new RunningExperiment
        {
            Id = Id,
            ProjectId = ProjectId,
            Version = Version,
            Stage = Stage,
            StageBeganAt = StageBeganAt,
            Allocation = definition.Allocation,
            Arms = [.. definition.Variants.Select((variant, index) => new ExperimentArm(variant.Name, weights[index]))],
            Goal = definition.Goal,
            Guardrails = definition.Guardrails,
            Steps = definition.Steps,
            MinUnits = definition.MinUnits,
            MaxUnits = definition.MaxUnits,
            MinSeconds = definition.MinSeconds,
            Alpha = definition.Alpha,
        };
    }
}

internal static class ExperimentStatus
{
    public const string Running = "running";

    /// <summary>All calls go to the control, and none is exposed.</summary>
    public const string Paused = "paused";

    /// <summary>All calls get the winner's changes until the experiment is deleted.</summary>
    public const string Promoted = "promoted";

    /// <summary>All calls go to the control: a treatment was worse.</summary>
    public const string RolledBack = "rolled_back";

    /// <summary>All calls go to the control: no difference was found.</summary>
    public const string Concluded = "concluded";
}

internal sealed class ExperimentConfiguration : IEntityTypeConfiguration<Experiment>
{
    public void Configure(EntityTypeBuilder<Experiment> builder)
    {
        builder.ToTable("experiments");
        builder.HasKey(row => row.Id);
        builder.HasIndex(row => new { row.ProjectId, row.Name }).IsUnique();
        builder.HasIndex(row => row.Status);
        builder.Property(row => row.Id).HasMaxLength(64);
        builder.Property(row => row.ProjectId).HasMaxLength(64);
        builder.Property(row => row.Name).HasMaxLength(64);
        builder.Property(row => row.Model).HasMaxLength(256);
        builder.Property(row => row.Status).HasMaxLength(16);
        builder.Property(row => row.Winner).HasMaxLength(64);
    }
}
