using LlmGateway.Retrieval.Storage;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Retrieval.Search;

/// <summary>Reads the passages that chunks stand for: themselves, or the larger passage that they are a part of, once for all its parts.</summary>
internal sealed class PassageReading(RetrievalDbContext context)
{
    /// <param name="hits">Chunks, best first.</param>
    /// <param name="files">The files that can be found; chunks of others are passed over.</param>
    /// <param name="limit">How many passages at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Best first, each with the score of its best chunk.</returns>
    public async Task<IReadOnlyList<RankedPassage>> ReadAsync(
        IReadOnlyList<ScoredKey> hits, SearchableFiles files, int limit, CancellationToken cancellationToken)
    {
        var (passages, shown) = (new List<RankedPassage>(limit), new HashSet<(string, int)>());
        foreach (var batch in hits.Where(hit => files.Files.ContainsKey(hit.Chunk.FileRowId)).Chunk(limit))
        {
            foreach (var (passage, parent) in await ReadAsync(batch, files, cancellationToken))
            {
                if (passages.Count < limit && (parent is not { } start || shown.Add((passage.FileRowId, start))))
                {
                    passages.Add(passage);
                }
            }

            if (passages.Count == limit)
            {
                break;
            }
        }

        return passages;
    }

    private async Task<List<(RankedPassage Passage, int? Parent)>> ReadAsync(ScoredKey[] hits, SearchableFiles files, CancellationToken cancellationToken)
    {
        var rows = hits.Select(hit => hit.Chunk.FileRowId).Distinct().ToList();
        var places = hits.Select(hit => hit.Chunk.Index).Distinct().ToList();
        var keys = hits.Select(hit => $"{hit.Chunk.FileRowId}:{hit.Chunk.Index}").ToList();

        // The first two find rows by the key's index; many of these files' chunks at these places are no hits, and stay where they are.
        var chunks = await context.Chunks.AsNoTracking()
            .Where(chunk => rows.Contains(chunk.FileRowId) && places.Contains(chunk.Index) && keys.Contains(chunk.FileRowId + ":" + chunk.Index))
            .ToDictionaryAsync(chunk => new ChunkKey(chunk.FileRowId, chunk.Index), cancellationToken);
        var starts = chunks.Values.Select(chunk => chunk.ParentStart).OfType<int>().Distinct().ToList();
        var parents = starts.Count == 0 ? [] : await context.ParentPassages.AsNoTracking()
            .Where(parent => rows.Contains(parent.FileRowId) && starts.Contains(parent.Start)).ToDictionaryAsync(parent => (parent.FileRowId, parent.Start), cancellationToken);
        var read = new List<(RankedPassage, int?)>(hits.Length);
        foreach (var (key, score) in hits)
        {
            // A file may have been taken out since it was found.
            if (chunks.GetValueOrDefault(key) is { } chunk)
            {
                var parent = chunk.ParentStart is { } start ? parents.GetValueOrDefault((key.FileRowId, start)) : null;
                read.Add((
                    new RankedPassage(
                        files.Files[key.FileRowId].FileId, key.FileRowId, parent?.Start ?? chunk.Start, parent?.End ?? chunk.End, parent?.Text ?? chunk.Text, score),
                    parent?.Start));
            }
        }

        return read;
    }
}
