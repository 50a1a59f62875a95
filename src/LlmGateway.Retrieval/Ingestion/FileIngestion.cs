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
    RetrievalDbContext context, IChunkStore chunks, SourceFiles sources, EmbeddingCache embeddings, RetrievalMetrics metrics, IOptions<RetrievalOptions> options)
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
            await DropAsync(file, lease, cancellationToken);
            return;
        }

        var text = await LoadTextAsync(file, lease, caller, cancellationToken);
        var passages = Chunker.Cut(text, ChunkingStrategy.Parse(file.Chunking), TokenCounter.ForModel(store.EmbeddingModel));
        var next = await context.Chunks.CountAsync(chunk => chunk.FileRowId == file.Id, cancellationToken);
        foreach (var batch in passages.Skip(next).Chunk(options.Value.EmbeddingBatch))
        {
            await StoreBatchAsync(store, file, lease, caller, text, batch, next, cancellationToken);
            next += batch.Length;
        }

        await CompleteAsync(file, lease, cancellationToken);
    }

    /// <summary>The file came as its store was deleted: nobody will ask for it, and a row that stays would be claimed for ever.</summary>
    private Task DropAsync(VectorStoreFile file, Lease lease, CancellationToken cancellationToken) => context.WriteAsync<VectorStoreFile>(
        lease,
        async token =>
        {
            await context.Files.HeldBy(lease).ExecuteDeleteAsync(token);
            await context.DeleteContentAsync([file.Id], token);
        },
        cancellationToken);

    /// <summary>What an earlier worker read out of the file, whose chunks may be there already; else it is read now.</summary>
    private async Task<string> LoadTextAsync(VectorStoreFile file, Lease lease, Caller caller, CancellationToken cancellationToken)
    {
        if (await context.DocumentTexts.Where(row => row.FileRowId == file.Id).Select(row => row.Text).SingleOrDefaultAsync(cancellationToken) is { } known)
        {
            return known;
        }

        string text;
        string name;
        await using (var source = await sources.FetchAsync(caller, file.FileId, cancellationToken))
        {
            name = source.Name;
            text = await FileText.ReadAsync(name, source.Content, options.Value.ExtractionTimeout, cancellationToken);
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        await context.WriteAsync<VectorStoreFile>(
            lease,
            async token =>
            {
                await context.Files.HeldBy(lease).ExecuteUpdateAsync(
                    set => set.SetProperty(row => row.FileName, name).SetProperty(row => row.ContentHash, hash), token);
                context.DocumentTexts.Add(new DocumentText { FileRowId = file.Id, Text = text });
                await context.SaveChangesAsync(token);
                context.ChangeTracker.Clear();
            },
            cancellationToken);
        CrashPoint.Reach("retrieval.text.after");
        return text;
    }

    private async Task StoreBatchAsync(
        VectorStore store, VectorStoreFile file, Lease lease, Caller caller, string text, Passage[] passages, int first, CancellationToken cancellationToken)
    {
        List<Chunk> batch = [.. passages.Select((passage, offset) => new Chunk
        {
            VectorStoreId = store.Id,
            FileRowId = file.Id,
            Index = first + offset,
            Start = passage.Span.Start,
            End = passage.Span.End,
            ParentStart = passage.Parent?.Start,
            Text = passage.TextIn(text),
        })];
        var vectors = await embeddings.EmbedAsync(caller, store.EmbeddingModel, [.. batch.Select(chunk => chunk.Text)], store.Dimensions, cancellationToken);
        CrashPoint.Reach("retrieval.chunks.before");
        await context.WriteAsync<VectorStoreFile>(
            lease,
            async token =>
            {
                await AgreeOnLengthAsync(store, vectors[0].Length, token);
                await StoreParentsAsync(file, text, passages, token);
                await chunks.AddAsync([.. batch.Zip(vectors, (chunk, vector) => new NewChunk(chunk, vector))], token);
            },
            cancellationToken);
        CrashPoint.Reach("retrieval.chunks.after");
    }

    /// <summary>The first of a batch's parents may have come with the batch before.</summary>
    private async Task StoreParentsAsync(VectorStoreFile file, string text, Passage[] passages, CancellationToken cancellationToken)
    {
        List<TextSpan> parents = [.. passages.Where(passage => passage.Parent is not null).Select(passage => passage.Parent!.Value).Distinct()];
        if (parents.Count == 0)
        {
            return;
        }

        var firstIsKnown = await context.ParentPassages.AnyAsync(row => row.FileRowId == file.Id && row.Start == parents[0].Start, cancellationToken);
        context.ParentPassages.AddRange(parents.Skip(firstIsKnown ? 1 : 0).Select(
            parent => new ParentPassage { FileRowId = file.Id, Start = parent.Start, End = parent.End, Text = text[parent.Start..parent.End] }));
        await context.SaveChangesAsync(cancellationToken);
        context.ChangeTracker.Clear();
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

    private async Task CompleteAsync(VectorStoreFile file, Lease lease, CancellationToken cancellationToken)
    {
        await context.WriteAsync<VectorStoreFile>(
            lease,
            async token =>
            {
                var characters = await context.Chunks.Where(chunk => chunk.FileRowId == file.Id).SumAsync(chunk => (long)chunk.Text.Length, token);
                await context.Files.HeldBy(lease).ExecuteUpdateAsync(
                    set => set.SetProperty(row => row.Status, FileStatus.Completed).SetProperty(row => row.UsageBytes, characters), token);
                await context.RaiseVersionAsync(file.VectorStoreId, file.Id, token);
            },
            cancellationToken);
        metrics.EndFile(FileStatus.Completed);
    }

    /// <summary>What was made of it goes: nothing of a file is half there.</summary>
    private async Task FailAsync(Lease lease, string code, string message, CancellationToken cancellationToken)
    {
        await context.WriteAsync<VectorStoreFile>(
            lease,
            async token =>
            {
                await context.Files.HeldBy(lease).ExecuteUpdateAsync(
                    set => set.SetProperty(row => row.Status, FileStatus.Failed)
                        .SetProperty(row => row.ErrorCode, code)
                        .SetProperty(row => row.ErrorMessage, message),
                    token);
                await context.DeleteContentAsync([lease.RowId], token);
            },
            cancellationToken);
        metrics.EndFile(FileStatus.Failed, code);
    }
}
