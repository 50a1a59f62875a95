using LlmGateway.Retrieval.Files;
using LlmGateway.Retrieval.Storage;
using LlmGateway.Retrieval.VectorStores;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LlmGateway.Retrieval.Search;

/// <summary>Searches a store by words and by meaning, and makes one ranking of both.</summary>
internal sealed class StoreSearch(
    RetrievalDbContext context, IChunkStore chunks, LexicalIndexes indexes, QueryEmbedding embedding, IOptions<RetrievalOptions> options, TimeProvider time)
{
    /// <summary>How old a store's last use may be before it is written again: 60 s.</summary>
    private const long ActivityMicros = 60_000_000;

    /// <exception cref="ApiException">The request is malformed (400), or the embedding model does not answer (502).</exception>
    public async Task<SearchPage> SearchAsync(Caller caller, VectorStore store, SearchRequest request, CancellationToken cancellationToken)
    {
        var queries = request.Check();
        var configuration = request.ReadConfiguration(options.Value.QueryModel);
        await TouchAsync(store, cancellationToken);
        var ranking = await RankAsync(caller, store, queries, configuration, AttributeFilter.Read(request.Filters), request.Limit, cancellationToken);
        var threshold = request.RankingOptions?.ScoreThreshold ?? 0;
        return new SearchPage(ranking.Queries, await ShowAsync(ranking.Passages.Where(passage => passage.Score >= threshold).ToList(), cancellationToken));
    }

    /// <summary>The passages of a store that answer a query.</summary>
    /// <param name="caller">In whose name models are asked; the store must be of their project.</param>
    /// <param name="store">The store.</param>
    /// <param name="queries">One question, or several that are searched together.</param>
    /// <param name="configuration">How; checked.</param>
    /// <param name="filter">Which files; null for all.</param>
    /// <param name="limit">How many passages at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ApiException">What is asked for does not fit the store (400), or the embedding model does not answer (502).</exception>
    public async Task<Ranking> RankAsync(
        Caller caller, VectorStore store, IReadOnlyList<string> queries, SearchConfiguration configuration, AttributeFilter? filter, int limit,
        CancellationToken cancellationToken)
    {
        var files = await LoadFilesAsync(store, filter, cancellationToken);
        if (store.Dimensions is null || files.Count == 0)
        {
            return new Ranking(queries, [], []);
        }

        var index = configuration.TextShare > 0 ? await indexes.GetAsync(store, context, cancellationToken) : null;
        var vectors = configuration.TextShare < 1 ? await embedding.EmbedAsync(caller, store, queries, configuration, cancellationToken) : null;
        var rankings = new List<List<ScoredKey>>();
        for (var number = 0; number < queries.Count; number++)
        {
            IReadOnlyList<ScoredKey> byWords = index is null ? [] : [.. index.Search(queries[number], files.ContainsKey, configuration.CandidateCount)];
            var byMeaning = vectors is null ? [] : await chunks.SearchAsync(
                new VectorQuery(store.Id, filter is null ? null : files.Keys, configuration.CandidateCount, configuration.Exact == true), vectors[number], cancellationToken);
            rankings.Add(Fusion.Combine(
                configuration.FusionOrDefault, [new(byWords, configuration.TextShare), new(byMeaning, 1 - configuration.TextShare)]));
        }

        return new Ranking(queries, await ReadAsync(Fusion.Best(rankings).Take(limit).ToList(), files, cancellationToken), []);
    }

    private async Task<Dictionary<string, VectorStoreFile>> LoadFilesAsync(VectorStore store, AttributeFilter? filter, CancellationToken cancellationToken)
    {
        var files = await context.Files.AsNoTracking()
            .Where(file => file.VectorStoreId == store.Id && file.Status == FileStatus.Completed).ToListAsync(cancellationToken);
        return files.Where(file => filter?.Matches(Attributes.Parse(file.Attributes)) != false).ToDictionary(file => file.Id);
    }

    private async Task TouchAsync(VectorStore store, CancellationToken cancellationToken)
    {
        var now = time.NowMicros();
        if (now - store.LastActiveAtMicros > ActivityMicros)
        {
            await context.VectorStores.Where(row => row.Id == store.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.LastActiveAtMicros, now), cancellationToken);
        }
    }

    private async Task<IReadOnlyList<RankedPassage>> ReadAsync(
        List<ScoredKey> hits, Dictionary<string, VectorStoreFile> files, CancellationToken cancellationToken)
    {
        var ofFiles = hits.Select(hit => hit.Chunk.FileRowId).Distinct().ToList();
        var places = hits.Select(hit => hit.Chunk.Index).Distinct().ToList();
        var texts = await context.Chunks.AsNoTracking().Where(chunk => ofFiles.Contains(chunk.FileRowId) && places.Contains(chunk.Index))
            .ToDictionaryAsync(chunk => new ChunkKey(chunk.FileRowId, chunk.Index), cancellationToken);

        // A file may have been taken out since it was found.
        return [.. hits.Where(hit => texts.ContainsKey(hit.Chunk) && files.ContainsKey(hit.Chunk.FileRowId)).Select(hit =>
        {
            var chunk = texts[hit.Chunk];
            return new RankedPassage(files[chunk.FileRowId].FileId, chunk.FileRowId, chunk.Index, chunk.Start, chunk.End, chunk.Text, hit.Score);
        })];
    }

    private async Task<IReadOnlyList<SearchResult>> ShowAsync(List<RankedPassage> passages, CancellationToken cancellationToken)
    {
        var ids = passages.Select(passage => passage.FileRowId).Distinct().ToList();
        var files = await context.Files.AsNoTracking().Where(file => ids.Contains(file.Id)).ToDictionaryAsync(file => file.Id, cancellationToken);
        return [.. passages.Where(passage => files.ContainsKey(passage.FileRowId)).Select(passage =>
        {
            var file = files[passage.FileRowId];
            return new SearchResult(
                file.FileId, file.FileName ?? "", passage.Score, Attributes.Parse(file.Attributes), [new TextContent(passage.Text)], new PassageSpan(passage.Start, passage.End));
        })];
    }
}
