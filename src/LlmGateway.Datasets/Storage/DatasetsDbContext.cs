using System.Text.Json;
using LlmGateway.Datasets.Inferences;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.Storage;

/// <summary>
/// The service's rows. A derived context for each database holds its own migrations. Times are Unix microseconds and
/// money is nano-dollars, both integers, because not every database can order or sum the richer types.
/// </summary>
internal abstract class DatasetsDbContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<Inference> Inferences => Set<Inference>();

    public DbSet<InferenceBody> Bodies => Set<InferenceBody>();

    public DbSet<InferenceMetadata> Metadata => Set<InferenceMetadata>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(DatasetsDbContext).Assembly);
        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(entity => entity.GetProperties()))
        {
            property.SetColumnName(JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name));
        }
    }
}
