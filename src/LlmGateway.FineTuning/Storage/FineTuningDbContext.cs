using System.Text.Json;
using LlmGateway.FineTuning.Improvements;
using LlmGateway.FineTuning.Jobs;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.FineTuning.Storage;

/// <summary>The service's rows. A derived context for each database holds its own migrations.</summary>
internal abstract class FineTuningDbContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<Job> Jobs => Set<Job>();

    public DbSet<JobEvent> Events => Set<JobEvent>();

    public DbSet<JobCheckpoint> Checkpoints => Set<JobCheckpoint>();

    public DbSet<Improvement> Improvements => Set<Improvement>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(FineTuningDbContext).Assembly);
        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(entity => entity.GetProperties()))
        {
            property.SetColumnName(JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name));
        }
    }
}

/// <summary>The store in one file.</summary>
internal sealed class SqliteFineTuningDbContext(DbContextOptions<SqliteFineTuningDbContext> options) : FineTuningDbContext(options);

/// <summary>The store on a server, which several workers share.</summary>
internal sealed class PostgresFineTuningDbContext(DbContextOptions<PostgresFineTuningDbContext> options) : FineTuningDbContext(options);
