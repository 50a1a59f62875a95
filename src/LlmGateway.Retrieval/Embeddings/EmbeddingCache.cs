using System.Runtime.InteropServices;
using LlmGateway.Retrieval.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LlmGateway.Retrieval.Embeddings;

/// <summary>Embeds texts of files; what was embedded before, for the same project by the same model, is not sent again.</summary>
internal sealed class EmbeddingCache(RetrievalDbContext context, EmbeddingClient client, IOptions<RetrievalOptions> options, TimeProvider time)
{
    private const int RowParameters = 3;

    /// <param name="caller">For whom.</param>
    /// <param name="model">The model.</param>
    /// <param name="texts">The texts.</param>
    /// <param name="length">The length that vectors must have, where it is known: others that are kept are of what the model was before.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A vector for each text, in order, all of one length.</returns>
    /// <exception cref="EmbeddingException">The model refused, or did not answer however often it was asked.</exception>
    public async Task<IReadOnlyList<float[]>> EmbedAsync(Caller caller, string model, IReadOnlyList<string> texts, int? length, CancellationToken cancellationToken)
    {
        if (options.Value.CachedEmbeddings == 0)
        {
            return await client.EmbedAsync(caller, model, texts, cancellationToken);
        }

        var keys = texts.Select(text => Convert.ToHexString(CachedEmbedding.KeyOf(caller.ProjectId, model, text))).ToList();
        var known = await FindAsync(keys, length, cancellationToken);
        var missing = keys.Index().Where(entry => !known.ContainsKey(entry.Item)).DistinctBy(entry => entry.Item).ToList();
        if (missing.Count > 0)
        {
            var fresh = await client.EmbedAsync(caller, model, [.. missing.Select(entry => texts[entry.Index])], cancellationToken);
            if (known.Values.Any(vector => vector.Length != fresh[0].Length))
            {
                return await client.EmbedAsync(caller, model, texts, cancellationToken);
            }

            var added = missing.Select((entry, index) => (Key: entry.Item, Vector: fresh[index])).ToList();
            await KeepAsync(added, cancellationToken);
            added.ForEach(entry => known[entry.Key] = entry.Vector);
        }

        return [.. keys.Select(key => known[key])];
    }

    /// <summary>Deletes the oldest beyond what is kept.</summary>
    public async Task TrimAsync(CancellationToken cancellationToken)
    {
        var newestTooMany = await context.CachedEmbeddings.OrderByDescending(row => row.CreatedAtMicros)
            .Skip(options.Value.CachedEmbeddings).Select(row => (long?)row.CreatedAtMicros).FirstOrDefaultAsync(cancellationToken);
        if (newestTooMany is { } from)
        {
            await context.CachedEmbeddings.Where(row => row.CreatedAtMicros <= from).ExecuteDeleteAsync(cancellationToken);
        }
    }

    private async Task<Dictionary<string, float[]>> FindAsync(IReadOnlyList<string> keys, int? length, CancellationToken cancellationToken)
    {
        var wanted = keys.Distinct().Select(Convert.FromHexString).ToList();
        var rows = await context.CachedEmbeddings.AsNoTracking().Where(row => wanted.Contains(row.Key)).ToListAsync(cancellationToken);
        return rows.Select(row => (row.Key, Vector: row.ToVector())).Where(row => length is null || row.Vector.Length == length)
            .ToDictionary(row => Convert.ToHexString(row.Key), row => row.Vector);
    }

    /// <summary>One statement, in one order: two workers that keep the same texts wait for one another, and never both at once.</summary>
    private async Task KeepAsync(List<(string Key, float[] Vector)> added, CancellationToken cancellationToken)
    {
        var now = time.NowMicros();
        var rows = Enumerable.Range(0, added.Count).Select(row => $"({{{row * RowParameters}}}, {{{(row * RowParameters) + 1}}}, {{{(row * RowParameters) + 2}}})");
        object[] values =
        [
            .. added.OrderBy(entry => entry.Key, StringComparer.Ordinal)
                .SelectMany(entry => new object[] { Convert.FromHexString(entry.Key), MemoryMarshal.AsBytes<float>(entry.Vector).ToArray(), now }),
        ];
        var sql = $"INSERT INTO cached_embeddings (key, vector, created_at_micros) VALUES {string.Join(", ", rows)} ON CONFLICT (key) DO UPDATE SET vector = excluded.vector";
        await context.Database.ExecuteSqlRawAsync(sql, values, cancellationToken);
    }
}
