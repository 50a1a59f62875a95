using LlmGateway.Retrieval.Embeddings;
using LlmGateway.Retrieval.Storage;
using LlmGateway.Retrieval.VectorStores;
using LlmGateway.Service;
using LlmGateway.Text.Similarity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LlmGateway.Retrieval.Adapters;

/// <summary>Embeds pairs by the store's model: queries, and of each file the chunk that is likest to its query, whose vector is known from its ingestion.</summary>
internal sealed class PairEmbedding(RetrievalDbContext context, EmbeddingCache embeddings, IOptions<RetrievalOptions> options)
{
    /// <summary>Of a file, no more chunks than this are looked at.</summary>
    private const int MaxChunks = 64;

    /// <exception cref="EmbeddingException">The model did not answer.</exception>
    public async Task<IReadOnlyList<EmbeddedPair>> EmbedAsync(
        Caller caller, VectorStore store, IReadOnlyList<TrainingPair> pairs, CancellationToken cancellationToken)
    {
        var answers = pairs.ToLookup(pair => pair.Query!, NameOf, StringComparer.Ordinal);
        var embedded = new List<EmbeddedPair>(pairs.Count);
        foreach (var batch in pairs.Chunk(options.Value.EmbeddingBatch))
        {
            var queries = await EmbedTextsAsync(caller, store, [.. batch.Select(pair => pair.Query!)], cancellationToken);
            var passages = await PassagesAsync(store, batch, cancellationToken);
            var vectors = await EmbedTextsAsync(caller, store, [.. passages.SelectMany(passage => passage.Value).Distinct()], cancellationToken);
            foreach (var pair in batch.Where(pair => passages.ContainsKey(NameOf(pair))))
            {
                var query = queries[pair.Query!];
                var best = passages[NameOf(pair)].Select(text => vectors[text]).MaxBy(vector => Vectors.Dot(query, vector))!;
                embedded.Add(new EmbeddedPair(query, NameOf(pair), best, answers[pair.Query!].ToHashSet()));
            }
        }

        return embedded;
    }

    private static string NameOf(TrainingPair pair) => pair.FileId ?? pair.Passage!;

    /// <summary>The texts that stand for each pair's answer.</summary>
    private async Task<Dictionary<string, List<string>>> PassagesAsync(VectorStore store, TrainingPair[] pairs, CancellationToken cancellationToken)
    {
        var ids = pairs.Select(pair => pair.FileId).OfType<string>().Distinct().ToList();
        var chunks = await context.Files.AsNoTracking().Where(file => file.VectorStoreId == store.Id && ids.Contains(file.FileId))
            .Join(context.Chunks, file => file.Id, chunk => chunk.FileRowId, (file, chunk) => new { file.FileId, chunk.Index, chunk.Text })
            .Where(chunk => chunk.Index < MaxChunks).ToListAsync(cancellationToken);
        var passages = chunks.GroupBy(chunk => chunk.FileId).ToDictionary(file => file.Key, file => file.Select(chunk => chunk.Text).ToList());
        foreach (var passage in pairs.Select(pair => pair.Passage).OfType<string>().Distinct())
        {
            passages[passage] = [passage];
        }

        return passages;
    }

    /// <summary>The texts' vectors, of length 1.</summary>
    private async Task<Dictionary<string, float[]>> EmbedTextsAsync(
        Caller caller, VectorStore store, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        var vectors = new Dictionary<string, float[]>();
        foreach (var batch in texts.Distinct().Chunk(options.Value.EmbeddingBatch))
        {
            var found = await embeddings.EmbedAsync(caller, store.EmbeddingModel, batch, store.Dimensions, cancellationToken);
            foreach (var (text, vector) in batch.Zip(found))
            {
                Vectors.Normalize(vector);
                vectors[text] = vector;
            }
        }

        return vectors;
    }
}
