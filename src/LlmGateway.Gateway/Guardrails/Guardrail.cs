using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Gateway.Guardrails;

/// <summary>A check that a project puts before its models, behind them, or both.</summary>
internal sealed class Guardrail
{
    public required string ProjectId { get; init; }

    public required string Name { get; init; }

    /// <summary>What it checks and what follows: a <see cref="GuardrailDefinition"/> as JSON.</summary>
    public required string Definition { get; set; }

    /// <summary>1 at first, one more at each change.</summary>
    public required long Version { get; set; }

    /// <summary>Unix seconds.</summary>
    public required long UpdatedAt { get; set; }
}

internal sealed class GuardrailConfiguration : IEntityTypeConfiguration<Guardrail>
{
    public void Configure(EntityTypeBuilder<Guardrail> builder)
    {
        builder.ToTable("guardrails");
        builder.HasKey(guardrail => new { guardrail.ProjectId, guardrail.Name });
        builder.Property(guardrail => guardrail.ProjectId).HasMaxLength(64);
        builder.Property(guardrail => guardrail.Name).HasMaxLength(64);
    }
}
