using System.Runtime.InteropServices;
using LlmGateway.Retrieval.Chunks;
using LlmGateway.Retrieval.VectorStores;
using LlmGateway.Text.Similarity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LlmGateway.Retrieval.Search;

/// <summary>A process's copy of a store's vectors.</summary>
internal sealed record VectorCopy(long Version, IReadOnlyList<Segment<VectorSegment>> Segments, long SizeBytes)
    : SegmentedCopy<VectorSegment>(Version, Segments, SizeBytes)
{
    /// <summary>The chunks likest to a vector by cosine, best first; none is missed.</summary>
    public IReadOnlyList<ScoredKey> Search(ReadOnlySpan<float> query, IReadOnlySet<string>? files, int limit) =>
        [.. VectorScan.Search([.. Segments.Select(segment => segment.Index)], query, limit, Mask(files)).Select(hit => new ScoredKey(Chunk(hit.Vector), hit.Cosine))];
}

/// <summary>Copies of stores' vectors, where the database does not search them itself.</summary>
internal sealed class VectorCopies(IServiceScopeFactory scopes, RetrievalMetrics metrics, FileCopies files, IOptions<RetrievalOptions> options)
    : SegmentCopies<VectorSegment, VectorCopy>(scopes, metrics, files, options.Value.VectorBytes)
{
    protected override async Task<(VectorSegment Index, List<ChunkKey> Chunks)> BuildAsync(VectorStore store, IQueryable<Chunk> chunks)
    {
        var (builder, keys) = (new VectorSegmentBuilder(), new List<ChunkKey>());
        await foreach (var row in chunks.Select(chunk => new { chunk.FileRowId, chunk.Index, Vector = EF.Property<byte[]>(chunk, Chunk.Embedding) }).AsAsyncEnumerable())
        {
            builder.Add(MemoryMarshal.Cast<byte, float>(row.Vector));
            keys.Add(new ChunkKey(row.FileRowId, row.Index));
        }

        return (builder.Build(), keys);
    }

    protected override VectorSegment Merge(IReadOnlyList<Segment<VectorSegment>> segments) => VectorSegment.Merge([.. segments.Select(segment => (segment.Index, segment.Live))]);

    protected override VectorCopy Copy(VectorStore store, IReadOnlyList<Segment<VectorSegment>> segments) =>
        new(store.Version, segments, segments.Sum(segment => segment.SizeBytes + segment.Index.SizeBytes));
}
