using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Gateway.Shadows;

/// <summary>
/// What a shadow's calls came to, on all gateways. A call is charged before it is made, and corrected when its cost is known: what
/// a killed gateway had under way stays charged.
/// </summary>
internal sealed class ShadowLedger
{
    public required string ShadowId { get; init; }

    /// <summary>Calls that were begun.</summary>
    public long Calls { get; init; }

    /// <summary>Those of them that failed.</summary>
    public long Errors { get; init; }

    /// <summary>Those whose cost nobody knows.</summary>
    public long Unpriced { get; init; }

    /// <summary>Drawn calls that were not made again, because too many waited.</summary>
    public long Dropped { get; init; }

    public long CostNanoUsd { get; init; }

    /// <summary>The last day with a call, in days since 1970 (UTC).</summary>
    public int Day { get; init; }

    /// <summary>The cost of that day's calls.</summary>
    public long DayCostNanoUsd { get; init; }

    /// <summary>The dearest call so far: what the next one is charged with at least, until its cost is known.</summary>
    public long DearestNanoUsd { get; init; }

    /// <summary>The code of the last error; null for none.</summary>
    public string? LastError { get; init; }
}

internal sealed class ShadowLedgerConfiguration : IEntityTypeConfiguration<ShadowLedger>
{
    public void Configure(EntityTypeBuilder<ShadowLedger> builder)
    {
        builder.ToTable("shadow_ledgers");
        builder.HasKey(ledger => ledger.ShadowId);
        builder.Property(ledger => ledger.ShadowId).HasMaxLength(64);
        builder.Property(ledger => ledger.LastError).HasMaxLength(64);
        builder.HasOne<Shadow>().WithOne().HasForeignKey<ShadowLedger>(ledger => ledger.ShadowId).OnDelete(DeleteBehavior.Cascade);
    }
}
