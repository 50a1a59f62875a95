using LlmGateway.Retrieval.Chunks;
using LlmGateway.Retrieval.VectorStores;
using LlmGateway.Text.Search;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LlmGateway.Retrieval.Search;

/// <summary>A process's copy of a store's words.</summary>
internal sealed record LexicalCopy(long Version, IReadOnlyList<Segment<TermSegment>> Segments, long SizeBytes, Bm25Index Index)
    : SegmentedCopy<TermSegment>(Version, Segments, SizeBytes)
{
    /// <summary>The chunks that share a word with the query, best first.</summary>
    /// <param name="query">A text.</param>
    /// <param name="files">Only chunks of these; null for all.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="bm25">The ranking's constants; null for the default ones.</param>
    public IReadOnlyList<ScoredKey> Search(string query, IReadOnlySet<string>? files, int limit, Bm25Settings? bm25)
    {
        var constants = new Bm25Parameters((float)(bm25?.K1 ?? Bm25Parameters.Default.K1), (float)(bm25?.B ?? Bm25Parameters.Default.B));
        return [.. Index.Search(query, limit, constants, Mask(files)).Select(hit => new ScoredKey(Chunk(hit.Document), hit.Score))];
    }
}

/// <summary>Copies of stores' words as inverted indexes.</summary>
internal sealed class LexicalCopies(IServiceScopeFactory scopes, RetrievalMetrics metrics, FileCopies files, IOptions<RetrievalOptions> options)
    : SegmentCopies<TermSegment, LexicalCopy>(scopes, metrics, files, options.Value.IndexBytes)
{
    protected override async Task<(TermSegment Index, List<ChunkKey> Chunks)> BuildAsync(VectorStore store, IQueryable<Chunk> chunks)
    {
        var (builder, keys) = (new TermSegmentBuilder(LanguageOf(store)), new List<ChunkKey>());
        await foreach (var row in chunks.Select(chunk => new { chunk.FileRowId, chunk.Index, chunk.Text }).AsAsyncEnumerable())
        {
            builder.Add(row.Text);
            keys.Add(new ChunkKey(row.FileRowId, row.Index));
        }

        return (builder.Build(), keys);
    }

    protected override TermSegment Merge(IReadOnlyList<Segment<TermSegment>> segments) => TermSegment.Merge([.. segments.Select(Live)]);

    protected override LexicalCopy Copy(VectorStore store, IReadOnlyList<Segment<TermSegment>> segments) => new(
        store.Version, segments, segments.Sum(segment => segment.SizeBytes + segment.Index.SizeBytes), new Bm25Index([.. segments.Select(Live)], LanguageOf(store)));

    private static LiveSegment Live(Segment<TermSegment> segment) => new(segment.Index, segment.Live);

    private static SearchLanguage LanguageOf(VectorStore store) => SearchLanguage.Find(store.Language) ?? SearchLanguage.English;
}
