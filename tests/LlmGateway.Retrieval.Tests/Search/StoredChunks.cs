using LlmGateway.Retrieval.Chunks;
using LlmGateway.Retrieval.Files;
using LlmGateway.Retrieval.Storage;
using LlmGateway.Retrieval.VectorStores;
using LlmGateway.Service;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Retrieval.Tests.Search;

/// <summary>Puts chunks into a database as ingestion leaves them, with vectors of the test's choice.</summary>
internal static class StoredChunks
{
    public static async Task<VectorStore> AddStoreAsync(this RetrievalHost host, int dimensions, string project = "proj_a")
    {
        await using var scope = host.Services.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<RetrievalDbContext>();
        var now = TimeProvider.System.GetUtcNow();
        var store = new VectorStore
        {
            Id = RowIds.New(VectorStore.IdPrefix, now),
            ProjectId = project,
            Metadata = "{}",
            CreatedAtMicros = UnixMicros.Of(now),
            LastActiveAtMicros = UnixMicros.Of(now),
            EmbeddingModel = "embed",
            Language = "english",
            Dimensions = dimensions,
        };
        context.Add(store);
        await context.SaveChangesAsync();
        return store;
    }

    /// <returns>The file's row.</returns>
    public static async Task<string> AddFileAsync(
        this RetrievalHost host, VectorStore store, IReadOnlyList<(string Text, float[] Vector)> chunks, string attributes = "{}", string name = "file.txt")
    {
        await using var scope = host.Services.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<RetrievalDbContext>();
        var now = TimeProvider.System.GetUtcNow();
        var file = new VectorStoreFile
        {
            Id = RowIds.New(VectorStoreFile.IdPrefix, now),
            FileId = $"file-{Guid.CreateVersion7():N}",
            ProjectId = store.ProjectId,
            VectorStoreId = store.Id,
            FileName = name,
            CreatedAtMicros = UnixMicros.Of(now),
            Attributes = attributes,
            Chunking = "{}",
            Status = FileStatus.Completed,
        };
        await using var transaction = await context.Database.BeginTransactionAsync();
        context.Add(file);
        await context.SaveChangesAsync();
        await scope.ServiceProvider.GetRequiredService<IChunkStore>().AddAsync(
            [.. chunks.Select((chunk, index) => new NewChunk(
                new Chunk { VectorStoreId = store.Id, FileRowId = file.Id, Index = index, Start = 0, End = chunk.Text.Length, Text = chunk.Text }, chunk.Vector))],
            CancellationToken.None);
        await context.RaiseVersionAsync(store.Id, file.Id, CancellationToken.None);
        await transaction.CommitAsync();
        return file.Id;
    }

    /// <summary>The store's row as it is now.</summary>
    public static async Task<VectorStore> ReadAsync(this RetrievalHost host, VectorStore store)
    {
        await using var scope = host.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<RetrievalDbContext>().FindStoreAsync(store.ProjectId, store.Id, CancellationToken.None);
    }

    public static float[] Vector(Random random, int dimensions) => [.. Enumerable.Range(0, dimensions).Select(_ => (random.NextSingle() * 2) - 1)];
}
