using LlmGateway.Gateway.SemanticCaching.Caches;
using LlmGateway.Gateway.Storage;
using LlmGateway.Service;
using LlmGateway.Text.Similarity;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Gateway.SemanticCaching.Precision;

/// <summary>Pairs of questions that people labelled; they take the place of those given before.</summary>
internal sealed class GivenPairs(GatewayDbContext context, SemanticEmbeddings embeddings, TimeProvider time)
{
    public const int MaxPairs = 2000;
    private const int TextsPerCall = 100;

    /// <exception cref="ApiException">400 naming the pair at fault; 502 when there are no vectors.</exception>
    public async Task ReplaceAsync(SemanticCache cache, IReadOnlyList<LabelledPair> pairs, CancellationToken cancellationToken)
    {
        Check(pairs);
        var vectors = await EmbedAsync(cache, [.. pairs.SelectMany(pair => new[] { pair.A!, pair.B! })], cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await context.JudgedPairs.Where(pair => pair.CacheId == cache.Id && pair.Kind == PairKind.Given).ExecuteDeleteAsync(cancellationToken);
        var now = time.GetUtcNow();
        context.AddRange(pairs.Select((pair, index) => new JudgedPair
        {
            Id = RowIds.New(JudgedPair.Prefix, now),
            CacheId = cache.Id,
            Similarity = Math.Clamp(Vectors.Dot(vectors[2 * index], vectors[(2 * index) + 1]), -1, 1),
            Same = pair.Same!.Value,
            Kind = PairKind.Given,
            CostNanoUsd = 0,
            CreatedAt = now.ToUnixTimeSeconds(),
        }));
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static void Check(IReadOnlyList<LabelledPair> pairs)
    {
        if (pairs.Count is 0 or > MaxPairs)
        {
            throw Refused("pairs", $"must hold 1 to {MaxPairs} pairs");
        }

        for (var i = 0; i < pairs.Count; i++)
        {
            var (a, b, same) = pairs[i];
            foreach (var (text, name) in new[] { (a, "a"), (b, "b") })
            {
                if (string.IsNullOrWhiteSpace(text) || text.Length > SemanticQuestion.MaxTextLength)
                {
                    throw Refused($"pairs[{i}].{name}", $"must have 1 to {SemanticQuestion.MaxTextLength} characters");
                }
            }

            if (same is null)
            {
                throw Refused($"pairs[{i}].same", "is required: whether both questions have the same answer");
            }
        }
    }

    private async Task<List<float[]>> EmbedAsync(SemanticCache cache, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        var vectors = new List<float[]>(texts.Count);
        try
        {
            foreach (var part in texts.Chunk(TextsPerCall))
            {
                vectors.AddRange(await embeddings.EmbedAsync(cache.ProjectId, cache.Policy.EmbeddingModel, part, default, cancellationToken));
            }
        }
        catch (SemanticEmbeddingException exception)
        {
            throw new ApiException(SemanticCacheProbe.Unusable(cache.Policy.EmbeddingModel, exception.Message));
        }

        return vectors.TrueForAll(vector => vector.Length == cache.Dimensions)
            ? vectors
            : throw new ApiException(SemanticCacheProbe.OtherDimensions(cache, vectors[0].Length));
    }

    private static ApiException Refused(string param, string what) => new(ApiErrors.BadRequest($"'{param}' {what}.", param));
}
