using LlmGateway.Retrieval.Chunks;
using LlmGateway.Retrieval.Storage;
using LlmGateway.Retrieval.VectorStores;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Retrieval.Search;

/// <summary>
/// Copies of chunks in segments. A file that comes is read alone and becomes a segment; segments of like size are merged, so that
/// there are few; a file that goes is masked, and left out by the next merge.
/// </summary>
internal abstract class SegmentCopies<TIndex, TCopy>(IServiceScopeFactory scopes, RetrievalMetrics metrics, FileCopies files, long limitBytes)
    : StoreCopies<TCopy>(scopes, metrics, limitBytes)
    where TCopy : SegmentedCopy<TIndex>
{
    /// <summary>Files whose chunks one query reads.</summary>
    private const int FilesAtOnce = 200;

    /// <summary>Larger segments are neither made nor merged: what is being built is in memory twice.</summary>
    private const int MostChunks = 100_000;

    protected override async Task<TCopy> UpdateAsync(VectorStore store, TCopy? old, RetrievalDbContext context)
    {
        var present = (await files.GetAsync(store.Id, store.Version, CancellationToken.None)).Files;
        var segments = (old?.Segments ?? []).Select(segment => segment.Keep(present.ContainsKey)).Where(segment => segment.LiveCount > 0).ToList();
        var held = segments.SelectMany(segment => segment.Files).ToHashSet(StringComparer.Ordinal);
        await foreach (var segment in ReadAsync(store, present.Keys.Where(file => !held.Contains(file)).Order(StringComparer.Ordinal), context))
        {
            segments.Add(segment);
            MergeTail(segments);
        }

        segments = [.. segments.Select(segment => segment.LiveCount * 2 < segment.Count ? Join([segment]) : segment)];
        return Copy(store, segments);
    }

    /// <summary>Makes an index of chunks, in their order.</summary>
    protected abstract Task<(TIndex Index, List<ChunkKey> Chunks)> BuildAsync(VectorStore store, IQueryable<Chunk> chunks);

    /// <summary>One index of several, without what does not live.</summary>
    protected abstract TIndex Merge(IReadOnlyList<Segment<TIndex>> segments);

    protected abstract TCopy Copy(VectorStore store, IReadOnlyList<Segment<TIndex>> segments);

    private async IAsyncEnumerable<Segment<TIndex>> ReadAsync(VectorStore store, IEnumerable<string> rows, RetrievalDbContext context)
    {
        foreach (var batch in rows.Chunk(FilesAtOnce))
        {
            var (index, chunks) = await BuildAsync(
                store, context.Chunks.AsNoTracking().Where(chunk => batch.Contains(chunk.FileRowId)).OrderBy(chunk => chunk.FileRowId).ThenBy(chunk => chunk.Index));
            var numbers = batch.Index().ToDictionary(file => file.Item, file => file.Index, StringComparer.Ordinal);
            yield return new Segment<TIndex>(batch, [.. chunks.Select(chunk => numbers[chunk.FileRowId])], [.. chunks.Select(chunk => chunk.Index)], index);
        }
    }

    /// <summary>Keeps each segment at least twice as large as the next, so that a chunk is merged a few times only.</summary>
    private void MergeTail(List<Segment<TIndex>> segments)
    {
        while (segments.Count > 1 && segments[^2].LiveCount <= 2 * segments[^1].LiveCount && segments[^2].LiveCount + segments[^1].LiveCount <= MostChunks)
        {
            var merged = Join(segments[^2..]);
            segments.RemoveRange(segments.Count - 2, 2);
            segments.Add(merged);
        }
    }

    private Segment<TIndex> Join(List<Segment<TIndex>> segments)
    {
        var (rows, fileOf, placeOf) = (new List<string>(), new List<int>(), new List<int>());
        foreach (var segment in segments)
        {
            var numbers = new int[segment.Files.Count];
            Array.Fill(numbers, -1);
            for (var chunk = 0; chunk < segment.Count; chunk++)
            {
                if (segment.Live?[chunk] == false)
                {
                    continue;
                }

                ref var number = ref numbers[segment.FileOf[chunk]];
                if (number < 0)
                {
                    number = rows.Count;
                    rows.Add(segment.Files[segment.FileOf[chunk]]);
                }

                fileOf.Add(number);
                placeOf.Add(segment.PlaceOf[chunk]);
            }
        }

        return new Segment<TIndex>(rows, [.. fileOf], [.. placeOf], Merge(segments));
    }
}
