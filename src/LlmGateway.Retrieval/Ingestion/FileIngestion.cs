using System.Security.Cryptography;
using System.Text;
using LlmGateway.Retrieval.Chunking;
using LlmGateway.Retrieval.Chunks;
using LlmGateway.Retrieval.Embeddings;
using LlmGateway.Retrieval.Extraction;
using LlmGateway.Retrieval.Files;
using LlmGateway.Retrieval.Storage;
using LlmGateway.Retrieval.VectorStores;
using LlmGateway.Service;
using LlmGateway.Text.Tokens;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LlmGateway.Retrieval.Ingestion;

/// <summary>
/// One file's way into its store: read, cut, embedded and stored a batch of chunks at a time. A worker that takes over begins
/// behind the last chunk that was stored.
/// </summary>
internal sealed class FileIngestion(
    RetrievalDbContext context, IChunkStore chunks, SourceFiles sources, EmbeddingClient embeddings, IOptions<RetrievalOptions> options)
{
    /// <summary>A file whose workers died so often is given up.</summary>
    private const int MaxAttempts = 5;

    public const string Purpose = "retrieval";

    public async Task RunAsync(VectorStoreFile file, Lease lease, CancellationToken cancellationToken)
    {
        if (file.Attempt > MaxAttempts)
        {
            await FailAsync(lease, "server_error", "The file could not be taken in: its workers died, or their stores were away, too often. Add it again.", cancellationToken);
            return;
        }

        try
        {
            await IngestAsync(file, lease, cancellationToken);
        }
        catch (UnreadableFileException exception)
        {
            await FailAsync(lease, exception.Code, exception.Message, cancellationToken);
        }
        catch (EmbeddingException exception)
        {
            await FailAsync(lease, "server_error", exception.Message, cancellationToken);
        }
    }

    private async Task IngestAsync(VectorStoreFile file, Lease lease, CancellationToken cancellationToken)
    {
        var caller = new Caller(file.ProjectId, file.KeyId, Scopes.Data | Scopes.Inference, Purpose);
        var store = await context.VectorStores.AsNoTracking().SingleOrDefaultAsync(row => row.Id == file.VectorStoreId, cancellationToken);
        if (store is null)
        {
            return;
        }

        var (name, text) = await sources.ReadAsync(caller, file.FileId, cancellationToken);
        await StoreTextAsync(file, lease, name, text, cancellationToken);
        var strategy = ChunkingStrategy.Parse(file.Chunking);
        var spans = TokenChunker.Cut(text, strategy, TokenCounter.ForModel(store.EmbeddingModel));
        var next = await context.Chunks.CountAsync(chunk => chunk.FileRowId == file.Id, cancellationToken);
        foreach (var batch in spans.Skip(next).Chunk(options.Value.EmbeddingBatch))
        {
            await StoreBatchAsync(store, file, lease, caller, text, batch, next, cancellationToken);
            next += batch.Length;
        }

        await CompleteAsync(file, lease, cancellationToken);
    }

    private Task StoreTextAsync(VectorStoreFile file, Lease lease, string name, string text, CancellationToken cancellationToken)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        return context.WriteAsync<VectorStoreFile>(
            lease,
            async token =>
            {
                await context.Files.HeldBy(lease).ExecuteUpdateAsync(
                    set => set.SetProperty(row => row.FileName, name).SetProperty(row => row.ContentHash, hash), token);
                if (file.ContentHash == hash)
                {
                    return;
                }

                // Read for the first time, or not what it was when an earlier worker read it: what that one stored is of another text.
                await context.Chunks.Where(chunk => chunk.FileRowId == file.Id).ExecuteDeleteAsync(token);
                await context.DocumentTexts.Where(row => row.FileRowId == file.Id).ExecuteDeleteAsync(token);
                context.DocumentTexts.Add(new DocumentText { FileRowId = file.Id, Text = text });
                await context.SaveChangesAsync(token);
                context.ChangeTracker.Clear();
            },
            cancellationToken);
    }

    private async Task StoreBatchAsync(
        VectorStore store, VectorStoreFile file, Lease lease, Caller caller, string text, TextSpan[] spans, int first, CancellationToken cancellationToken)
    {
        var vectors = await embeddings.EmbedAsync(caller, store.EmbeddingModel, [.. spans.Select(span => text[span.Start..span.End])], cancellationToken);
        List<NewChunk> batch = [.. spans.Select((span, offset) => new NewChunk(
            new Chunk { VectorStoreId = store.Id, FileRowId = file.Id, Index = first + offset, Start = span.Start, End = span.End, Text = text[span.Start..span.End] },
            vectors[offset]))];
        CrashPoint.Reach("chunks.before");
        await context.WriteAsync<VectorStoreFile>(
            lease,
            async token =>
            {
                await AgreeOnLengthAsync(store, vectors[0].Length, token);
                await chunks.AddAsync(batch, token);
            },
            cancellationToken);
        CrashPoint.Reach("chunks.after");
    }

    /// <summary>The first vector sets the store's length; others must have it.</summary>
    private async Task AgreeOnLengthAsync(VectorStore store, int length, CancellationToken cancellationToken)
    {
        await context.VectorStores.Where(row => row.Id == store.Id && row.Dimensions == null)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Dimensions, length), cancellationToken);
        var known = await context.VectorStores.Where(row => row.Id == store.Id).Select(row => row.Dimensions).SingleOrDefaultAsync(cancellationToken);
        if (known is not null && known != length)
        {
            throw new EmbeddingException(
                $"'{store.EmbeddingModel}' now makes vectors of {length} numbers, and this store's have {known}: they cannot be compared. Make a new store and add the files to it.");
        }
    }

    private Task CompleteAsync(VectorStoreFile file, Lease lease, CancellationToken cancellationToken) => context.WriteAsync<VectorStoreFile>(
        lease,
        async token =>
        {
            var characters = await context.Chunks.Where(chunk => chunk.FileRowId == file.Id).SumAsync(chunk => (long)chunk.Text.Length, token);
            await context.Files.HeldBy(lease).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.Status, FileStatus.Completed).SetProperty(row => row.UsageBytes, characters), token);
            await context.RaiseVersionAsync(file.VectorStoreId, token);
        },
        cancellationToken);

    private Task FailAsync(Lease lease, string code, string message, CancellationToken cancellationToken) => context.WriteAsync<VectorStoreFile>(
        lease,
        token => context.Files.HeldBy(lease).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.Status, FileStatus.Failed)
                .SetProperty(row => row.ErrorCode, code)
                .SetProperty(row => row.ErrorMessage, message),
            token),
        cancellationToken);
}
