using LlmGateway.Contracts.Retrieval;
using LlmGateway.Messaging;
using LlmGateway.Retrieval.Chunking;
using LlmGateway.Retrieval.Storage;
using LlmGateway.Retrieval.VectorStores;
using LlmGateway.Service;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace LlmGateway.Retrieval.Files;

/// <summary>Makes the rows by which files come into stores.</summary>
internal sealed class FileIntake(RetrievalDbContext context, BroadcastSender broadcasts, TimeProvider time)
{
    /// <summary>SQLITE_CONSTRAINT.</summary>
    private const int SqliteConstraint = 19;

    /// <summary>Brings files into a store that is there, in place of what is there of them, and wakes the workers.</summary>
    /// <param name="caller">Who brings them.</param>
    /// <param name="store">The store.</param>
    /// <param name="batch">The new batch that they are of; null for none.</param>
    /// <param name="files">The files.</param>
    /// <param name="cancellationToken">Gives up, and leaves all as it was.</param>
    /// <exception cref="ApiException">Another request brings one of them in at this moment (409).</exception>
    public async Task<IReadOnlyList<VectorStoreFile>> BringAsync(
        Caller caller, VectorStore store, FileBatch? batch, IReadOnlyList<NewFile> files, CancellationToken cancellationToken)
    {
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await context.ReplaceAsync(store.Id, [.. files.Select(file => file.FileId)], cancellationToken);
        if (batch is not null)
        {
            context.Batches.Add(batch);
        }

        var rows = Add(caller, store.Id, batch?.Id, files);
        await SaveAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await AnnounceAsync(store);
        return rows;
    }

    /// <summary>Adds rows, which the caller commits.</summary>
    public IReadOnlyList<VectorStoreFile> Add(Caller caller, string storeId, string? batchId, IReadOnlyList<NewFile> files)
    {
        var now = time.GetUtcNow();
        // A microsecond apart, so that lists show them in the order in which they were given.
        List<VectorStoreFile> rows = [.. files.Select((file, index) => new VectorStoreFile
        {
            Id = RowIds.New(VectorStoreFile.IdPrefix, now),
            Status = FileStatus.InProgress,
            ProjectId = caller.ProjectId,
            KeyId = caller.KeyId,
            VectorStoreId = storeId,
            FileId = file.FileId,
            BatchId = batchId,
            CreatedAtMicros = UnixMicros.Of(now) + index,
            Attributes = file.Attributes,
            Chunking = file.Chunking.ToJson(),
        })];
        context.Files.AddRange(rows);
        return rows;
    }

    private async Task SaveAsync(CancellationToken cancellationToken)
    {
        try
        {
            await context.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException exception) when (exception.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } or SqliteException { SqliteErrorCode: SqliteConstraint })
        {
            throw new ApiException(new ApiError(409, "conflict", "Another request brings the same file into the vector store at this moment. Ask for its state.", "file_id"));
        }
    }

    /// <summary>Wakes the workers, once the rows are committed.</summary>
    public Task AnnounceAsync(VectorStore store) => broadcasts.SendAsync(new VectorStoreFilesAdded(store.ProjectId, store.Id));
}

/// <param name="FileId">The file, of the caller's project.</param>
/// <param name="Attributes">As JSON.</param>
/// <param name="Chunking">How it is cut.</param>
internal sealed record NewFile(string FileId, string Attributes, ChunkingStrategy Chunking);
