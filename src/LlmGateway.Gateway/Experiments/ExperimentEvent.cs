using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Messaging.Events;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Gateway.Experiments;

/// <summary>One entry of an experiment's audit trail. It stays when the experiment is deleted.</summary>
internal sealed class ExperimentEvent
{
    public const string IdPrefix = "expev_";

    /// <summary>The actor of what Evaluation decides.</summary>
    public const string Evaluation = "evaluation";

    public required string Id { get; init; }

    public required string ExperimentId { get; init; }

    public required string ProjectId { get; init; }

    /// <summary>Unix seconds.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>The public id of a key, <see cref="Evaluation"/>, or <c>service</c> for another service of ours.</summary>
    public required string Actor { get; init; }

    /// <summary>One of <see cref="ExperimentAction"/>, or <c>create</c>, <c>update</c>, <c>pause</c>, <c>resume</c>, <c>delete</c>.</summary>
    public required string Action { get; init; }

    /// <summary>For people; null where none was told.</summary>
    public string? Reason { get; init; }

    /// <summary>The numbers that were looked at, a JSON object; null for none.</summary>
    public string? Evidence { get; init; }

    /// <summary>The stage after it.</summary>
    public required int Stage { get; init; }

    /// <summary>The variants' shares by name before it, a JSON object; null for the making.</summary>
    public string? WeightsBefore { get; init; }

    /// <summary>And after it.</summary>
    public required string WeightsAfter { get; init; }

    /// <summary>What an alarm is about: one of each kind is written in a stage. Null for what is no alarm.</summary>
    public string? AlarmKind { get; init; }

    /// <summary>The variant that was promoted; null for none.</summary>
    public string? Winner { get; init; }

    /// <summary>The public event that tells of it; null for none, and once it is out.</summary>
    public string? Announcement { get; set; }

    public static string Write(ExperimentDefinition definition, double[] weights) => JsonSerializer.Serialize(
        definition.Variants.Select((variant, index) => (variant.Name, Weight: weights[index])).ToDictionary(pair => pair.Name, pair => pair.Weight),
        GatewayJsonContext.Default.DictionaryStringDouble);

    /// <summary>Always with the same id, so that one that is told twice is told once.</summary>
    public PublicEvent ToPublic()
    {
        var data = new JsonObject { ["id"] = ExperimentId, ["stage"] = Stage, ["actor"] = Actor, ["reason"] = Reason };
        if (Winner is not null)
        {
            data["winner"] = Winner;
        }

        return new PublicEvent($"evt_{Id[IdPrefix.Length..]}", Announcement!, CreatedAt, ProjectId, data);
    }

    /// <summary>The public event of an action; null where it has none.</summary>
    public static string? AnnouncementOf(string action) => action switch
    {
        ExperimentAction.Promote => "experiment.promoted",
        ExperimentAction.RollBack => "experiment.rolled_back",
        ExperimentAction.Conclude => "experiment.concluded",
        ExperimentAction.Alarm => "experiment.alarm",
        _ => null,
    };
}

internal sealed class ExperimentEventConfiguration : IEntityTypeConfiguration<ExperimentEvent>
{
    public void Configure(EntityTypeBuilder<ExperimentEvent> builder)
    {
        builder.ToTable("experiment_events");
        builder.HasKey(row => row.Id);
        builder.HasIndex(row => new { row.ExperimentId, row.CreatedAt, row.Id });
        builder.HasIndex(row => new { row.ExperimentId, row.Stage, row.AlarmKind }).IsUnique().HasFilter("\"AlarmKind\" IS NOT NULL");
        builder.HasIndex(row => row.Announcement).HasFilter("\"Announcement\" IS NOT NULL");
        builder.Property(row => row.Id).HasMaxLength(64);
        builder.Property(row => row.ExperimentId).HasMaxLength(64);
        builder.Property(row => row.ProjectId).HasMaxLength(64);
        builder.Property(row => row.Actor).HasMaxLength(64);
        builder.Property(row => row.Action).HasMaxLength(16);
        builder.Property(row => row.Reason).HasMaxLength(ExperimentRules.MaxReasonLength);
        builder.Property(row => row.AlarmKind).HasMaxLength(ExperimentRules.MaxReasonLength);
        builder.Property(row => row.Winner).HasMaxLength(64);
        builder.Property(row => row.Announcement).HasMaxLength(32);
    }
}
