using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Retrieval.Routing;

/// <summary>Tells by a query where to look for its answer. It never changes.</summary>
internal sealed class RetrievalRouter
{
    public const string IdPrefix = "router_";

    [MaxLength(64)]
    public required string Id { get; init; }

    [MaxLength(64)]
    public required string ProjectId { get; init; }

    [MaxLength(64)]
    public required string Name { get; init; }

    /// <summary>A list of <see cref="Route"/> as JSON.</summary>
    public required string Routes { get; init; }

    /// <summary>The model that is asked; null where a classifier was trained.</summary>
    [MaxLength(256)]
    public string? Model { get; init; }

    /// <summary><see cref="RouterReport"/> as JSON; null for a model that was tested on nothing.</summary>
    public string? Report { get; init; }

    public required long CreatedAtMicros { get; init; }

    public IReadOnlyList<Route> ReadRoutes() => JsonSerializer.Deserialize(Routes, RouterJsonContext.Default.IReadOnlyListRoute)!;
}

/// <summary>What of a router is large: what it learned. One that asks a model has none.</summary>
internal sealed class RouterData
{
    [MaxLength(64)]
    public required string RouterId { get; init; }

    public required byte[] Classifier { get; init; }
}

internal sealed class RetrievalRouterConfiguration : IEntityTypeConfiguration<RetrievalRouter>
{
    public void Configure(EntityTypeBuilder<RetrievalRouter> builder)
    {
        builder.ToTable("retrieval_routers");
        builder.HasKey(row => row.Id);
        builder.HasIndex(row => new { row.ProjectId, row.CreatedAtMicros, row.Id });
    }
}

internal sealed class RouterDataConfiguration : IEntityTypeConfiguration<RouterData>
{
    public void Configure(EntityTypeBuilder<RouterData> builder)
    {
        builder.ToTable("retrieval_router_data");
        builder.HasKey(row => row.RouterId);
        builder.HasOne<RetrievalRouter>().WithMany().HasForeignKey(row => row.RouterId).OnDelete(DeleteBehavior.Cascade);
    }
}
