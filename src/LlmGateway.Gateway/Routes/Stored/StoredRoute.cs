using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Gateway.Routes.Stored;

/// <summary>A route that was made at run time. The configuration knows nothing of it, and goes first.</summary>
internal sealed class StoredRoute
{
    public required string Name { get; init; }

    /// <summary><see cref="RouteOptions"/> as <see cref="RouteJson"/> writes them.</summary>
    public required string Definition { get; set; }

    /// <summary>1 at first, one more at each change.</summary>
    public required long Version { get; set; }

    /// <summary>Unix seconds.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>Unix seconds.</summary>
    public required long UpdatedAt { get; set; }
}

internal sealed class StoredRouteConfiguration : IEntityTypeConfiguration<StoredRoute>
{
    public void Configure(EntityTypeBuilder<StoredRoute> builder)
    {
        builder.ToTable("routes");
        builder.HasKey(route => route.Name);
        builder.Property(route => route.Name).HasMaxLength(64);
    }
}
