using System.Text.Json;
using LlmGateway.Retrieval.Chunks;
using LlmGateway.Retrieval.Embeddings;
using LlmGateway.Retrieval.Files;
using LlmGateway.Retrieval.Sources;
using LlmGateway.Retrieval.VectorStores;
using Microsoft.EntityFrameworkCore;
using Pgvector;

namespace LlmGateway.Retrieval.Storage;

/// <summary>The service's rows. A derived context for each database holds its own migrations, and its own form of vectors.</summary>
internal abstract class RetrievalDbContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<VectorStore> VectorStores => Set<VectorStore>();

    public DbSet<VectorStoreFile> Files => Set<VectorStoreFile>();

    public DbSet<FileBatch> Batches => Set<FileBatch>();

    public DbSet<Chunk> Chunks => Set<Chunk>();

    public DbSet<DocumentText> DocumentTexts => Set<DocumentText>();

    public DbSet<ParentPassage> ParentPassages => Set<ParentPassage>();

    public DbSet<CachedEmbedding> CachedEmbeddings => Set<CachedEmbedding>();

    public DbSet<Source> Sources => Set<Source>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(RetrievalDbContext).Assembly);
        AddVectors(modelBuilder);
        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(entity => entity.GetProperties()))
        {
            property.SetColumnName(JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name));
        }
    }

    /// <summary>Adds <see cref="Chunk.Embedding"/>.</summary>
    protected abstract void AddVectors(ModelBuilder modelBuilder);
}

/// <summary>The store in one file; vectors are blobs of little-endian floats.</summary>
internal sealed class SqliteRetrievalDbContext(DbContextOptions<SqliteRetrievalDbContext> options) : RetrievalDbContext(options)
{
    protected override void AddVectors(ModelBuilder modelBuilder) => modelBuilder.Entity<Chunk>().Property<byte[]>(Chunk.Embedding);
}

/// <summary>The store on a server, which several workers share; vectors are pgvector's.</summary>
internal sealed class PostgresRetrievalDbContext(DbContextOptions<PostgresRetrievalDbContext> options) : RetrievalDbContext(options)
{
    protected override void AddVectors(ModelBuilder modelBuilder)
    {
        modelBuilder.HasPostgresExtension("vector");
        modelBuilder.Entity<Chunk>().Property<Vector>(Chunk.Embedding).HasColumnType("vector");
    }
}
