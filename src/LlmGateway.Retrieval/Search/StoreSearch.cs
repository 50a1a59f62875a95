using LlmGateway.Retrieval.Files;
using LlmGateway.Retrieval.Storage;
using LlmGateway.Retrieval.VectorStores;
using LlmGateway.Service;
using LlmGateway.Text.Search;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LlmGateway.Retrieval.Search;

/// <summary>Searches a store: queries, then rankings by words and by meaning, then one of both, then the best of that ranked anew.</summary>
internal sealed class StoreSearch(
    RetrievalDbContext context, FileCopies copies, ChunkRankings rankings, PassageReading passageReading, QueryPlanning planning, Reranker reranker,
    IOptions<RetrievalOptions> options, TimeProvider time)
{
    /// <summary>How old a store's last use may be before it is written again: 60 s.</summary>
    private const long ActivityMicros = 60_000_000;

    /// <exception cref="ApiException">The request is malformed (400), or the embedding model does not answer (502).</exception>
    public async Task<SearchPage> SearchAsync(Caller caller, VectorStore store, SearchRequest request, CancellationToken cancellationToken)
    {
        var queries = request.Check();
        var configuration = request.ReadConfiguration(options.Value.QueryModel);
        var filter = AttributeFilter.Read(request.Filters);
        await TouchAsync(store, cancellationToken);
        var ranking = await RankAsync(caller, store, queries, configuration, filter, request.Limit, cancellationToken);
        var files = (await copies.GetAsync(store.Id, store.Version, cancellationToken)).Files;
        var threshold = request.RankingOptions?.ScoreThreshold ?? 0;
        return new SearchPage(
            ranking.Queries,
            [.. ranking.Passages.Where(passage => passage.Score >= threshold && files.ContainsKey(passage.FileRowId)).Select(passage => Show(passage, files[passage.FileRowId]))],
            ranking.Notes is [] ? null : ranking.Notes);
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
        var files = await copies.GetAsync(store.Id, store.Version, cancellationToken);
        var passing = filter is null ? null : files.Pass(filter);
        if (files.Files.Count == 0 || passing?.Count == 0)
        {
            return new Ranking(queries, [], []);
        }

        var plan = await planning.PlanAsync(caller, queries, configuration.Query, cancellationToken);
        var fused = await rankings.RankAsync(caller, store, plan, configuration, new FileSelection(passing, files.Files.Count), cancellationToken);
        var passages = await passageReading.ReadAsync(fused, files, Depth(configuration, limit), cancellationToken);
        var (notes, language) = (plan.Notes.ToList(), SearchLanguage.Find(store.Language)!);
        if (configuration.Reranker is { Type: not RerankerSettings.None } settings)
        {
            (passages, var note) = await reranker.RankAsync(caller, queries, passages, settings, language, cancellationToken);
            notes.AddRange(note is null ? [] : [note]);
        }

        return new Ranking(
            plan.Texts,
            configuration.Mmr is { } mmr ? Diversity.Choose(passages, mmr.LambdaOrDefault, limit, language) : [.. passages.Take(limit)],
            notes);
    }

    /// <summary>How many passages the later steps look at.</summary>
    private static int Depth(SearchConfiguration configuration, int limit) => Math.Max(
        configuration.Mmr is null ? limit : Diversity.Pool(limit),
        configuration.Reranker is { Type: not RerankerSettings.None } settings ? settings.DepthOrDefault : limit);

    private async Task TouchAsync(VectorStore store, CancellationToken cancellationToken)
    {
        var now = time.NowMicros();
        if (now - store.LastActiveAtMicros > ActivityMicros)
        {
            await context.VectorStores.Where(row => row.Id == store.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.LastActiveAtMicros, now), cancellationToken);
        }
    }

    private static SearchResult Show(RankedPassage passage, SearchableFile file) => new(
        file.FileId, file.Name, passage.Score, file.Attributes, [new TextContent(passage.Text)], new PassageSpan(passage.Start, passage.End), passage.Before);
}
