using LlmGateway.Contracts.Retrieval;
using LlmGateway.Messaging;
using LlmGateway.Retrieval.Chunking;
using LlmGateway.Retrieval.Storage;
using LlmGateway.Retrieval.VectorStores;
using LlmGateway.Service;

namespace LlmGateway.Retrieval.Files;

/// <summary>Makes the rows by which files come into stores; the caller commits them.</summary>
internal sealed class FileIntake(RetrievalDbContext context, BroadcastSender broadcasts, TimeProvider time)
{
    public IReadOnlyList<VectorStoreFile> Add(Caller caller, string storeId, string? batchId, IReadOnlyList<NewFile> files)
    {
        var now = time.GetUtcNow();
        List<VectorStoreFile> rows = [.. files.Select(file => new VectorStoreFile
        {
            Id = RowIds.New(VectorStoreFile.IdPrefix, now),
            Status = FileStatus.InProgress,
            ProjectId = caller.ProjectId,
            KeyId = caller.KeyId,
            VectorStoreId = storeId,
            FileId = file.FileId,
            BatchId = batchId,
            CreatedAtMicros = UnixMicros.Of(now),
            Attributes = file.Attributes,
            Chunking = file.Chunking.ToJson(),
        })];
        context.Files.AddRange(rows);
        return rows;
    }

    /// <summary>Wakes the workers, once the rows are committed.</summary>
    public Task AnnounceAsync(VectorStore store) => broadcasts.SendAsync(new VectorStoreFilesAdded(store.ProjectId, store.Id));
}

/// <param name="FileId">The file, of the caller's project.</param>
/// <param name="Attributes">As JSON.</param>
/// <param name="Chunking">How it is cut.</param>
internal sealed record NewFile(string FileId, string Attributes, ChunkingStrategy Chunking);
