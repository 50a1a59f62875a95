using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Gateway.ProjectModels;

/// <summary>A model that a fine-tuning job made: an id of ours for a model at a provider, which its project alone may call.</summary>
internal sealed class FineTunedModel
{
    /// <summary>What the id begins with.</summary>
    public const string Prefix = "ft:";

    /// <summary>Such as <c>ft:chat:proj_default:intents:abc123</c>.</summary>
    public required string Id { get; init; }

    public required string ProjectId { get; init; }

    public required string Provider { get; init; }

    /// <summary>Its name at the provider.</summary>
    public required string Model { get; init; }

    public required string BaseModel { get; init; }

    public required string JobId { get; init; }

    /// <summary>Unix seconds.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>How it was made and what was found of it, as JSON, by whoever registered it; null for nothing.</summary>
    public string? Details { get; set; }

    /// <summary>The name of its deployment, <c>provider/model</c>.</summary>
    public string Deployment => $"{Provider}/{Model}";
}

internal sealed class FineTunedModelConfiguration : IEntityTypeConfiguration<FineTunedModel>
{
    public void Configure(EntityTypeBuilder<FineTunedModel> builder)
    {
        builder.ToTable("fine_tuned_models");
        builder.HasKey(model => model.Id);
        builder.HasIndex(model => model.ProjectId);
        builder.Ignore(model => model.Deployment);
        builder.Property(model => model.Id).HasMaxLength(256);
        builder.Property(model => model.ProjectId).HasMaxLength(64);
        builder.Property(model => model.Provider).HasMaxLength(64);
        builder.Property(model => model.Model).HasMaxLength(256);
        builder.Property(model => model.BaseModel).HasMaxLength(256);
        builder.Property(model => model.JobId).HasMaxLength(128);
    }
}
