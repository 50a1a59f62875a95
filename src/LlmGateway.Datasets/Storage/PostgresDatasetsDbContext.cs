using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.Storage;

/// <summary>The store on a server, which several workers share. A UUIDv7's order in a <c>uuid</c> column is that of time.</summary>
internal sealed class PostgresDatasetsDbContext(DbContextOptions<PostgresDatasetsDbContext> options) : DatasetsDbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        FileChunk.Configure(modelBuilder.Entity<FileChunk>());
        base.OnModelCreating(modelBuilder);
    }
}
