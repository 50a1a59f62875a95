using System.Diagnostics;
using LlmGateway.Benchmarks.Local;
using LlmGateway.Gateway.SemanticCaching.Caches;
using LlmGateway.Gateway.SemanticCaching.Entries;
using LlmGateway.Gateway.Settings;
using LlmGateway.Gateway.Storage;
using LlmGateway.LocalModel;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Servers;
using LlmGateway.TestKit.Upstream;
using LlmGateway.Text.Similarity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Benchmarks.Prompts;

/// <summary>
/// What finding the nearest of 100,000 entries of one partition takes, with the row that is read for it: in SQLite's way and in
/// PostgreSQL's. The entries are banking77's training questions, each bent towards others; the test questions are asked.
/// </summary>
internal static class SemanticLookups
{
    private const int Entries = 100_000;
    private const int Questions = 500;
    private const int BatchSize = 2000;
    private const string Partition = "p";
    private const string CacheId = "semcache_bench";

    public static async Task RunAsync(string data)
    {
        var train = LabelledQuestion.ReadAll(Path.Combine(data, "banking77", "train.csv")).Select(row => Embedder.Embed(row.Text)).ToList();
        var questions = LabelledQuestion.ReadAll(Path.Combine(data, "banking77", "test.csv")).Take(Questions).Select(row => Embedder.Embed(row.Text)).ToList();
        var vectors = Enumerable.Range(0, Entries).Select(i => Bend(train[i % train.Count], train[(i * 7919) % train.Count])).ToList();
        var exact = questions.AsParallel().AsOrdered().Select(question => vectors.Max(vector => Vectors.Dot(question, vector))).ToList();
        await using var upstream = await UpstreamServer.StartAsync();
        await using (var embedded = await InProcessGateway.StartAsync(upstream.BaseUrl, ("Gateway:SemanticCaching:MemoryBytes", "1000000000")))
        {
            await FillAsync(embedded, vectors);
            await MeasureAsync("SQLite, vectors in memory", embedded, questions, exact);
        }

        if (TestServers.SkipReason is not null)
        {
            Console.WriteLine($"PostgreSQL: {TestServers.SkipReason}");
            return;
        }

        await using var served = await InProcessGateway.StartAsync(upstream.BaseUrl, ("ConnectionStrings:gateway", await TestServers.CreateDatabaseAsync()));
        await FillPostgresAsync(served, vectors);
        await MeasureAsync("PostgreSQL, pgvector", served, questions, exact);
    }

    /// <summary>The cache whose entries are looked up; its row keeps the sweep from taking them for a deleted cache's.</summary>
    private static SemanticCache Cache() => new()
    {
        Id = CacheId,
        ProjectId = "p",
        Policy = new SemanticCachePolicy { Name = "bench", AppliesTo = new CallScope([Partition]), EmbeddingModel = "local/embedding", Margin = 0.15, MaxEntries = Entries },
        Dimensions = Embedder.DefaultDimensions,
        Generation = 0,
        CreatedAt = 0,
        UpdatedAt = 0,
    };

    public static Half[] Halves(float[] vector) => Array.ConvertAll(vector, value => (Half)value);

    /// <summary>Unlike its origin, and still a question's vector.</summary>
    private static float[] Bend(float[] vector, float[] other)
    {
        var bent = vector.Zip(other, (a, b) => (0.9f * a) + (0.4f * b)).ToArray();
        Vectors.Normalize(bent);
        return bent;
    }

    private static async Task MeasureAsync(string store, InProcessGateway gateway, List<float[]> questions, List<float> exact)
    {
        var entries = gateway.Services.GetRequiredService<StoredEntries>();
        var cache = Cache();
        var times = new List<double>();
        var nearest = 0;
        for (var round = 0; round < 3; round++)
        {
            times.Clear();
            nearest = 0;
            for (var i = 0; i < questions.Count; i++)
            {
                var start = Stopwatch.GetTimestamp();
                var matches = await entries.FindAsync(new SemanticQuery(cache, Partition, questions[i], 0), CancellationToken.None);
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                nearest += matches[0].Similarity >= exact[i] - 0.001 ? 1 : 0;
            }
        }

        times.Sort();
        Console.WriteLine($"{store}: {Entries} entries, p50 {times[times.Count / 2]:0.00} ms, p99 {times[times.Count * 99 / 100]:0.00} ms; the nearest found {(double)nearest / questions.Count:0.000}");
    }

    private static async Task FillAsync(InProcessGateway gateway, List<float[]> vectors)
    {
        await using (var scope = gateway.Services.CreateAsyncScope())
        {
            var context = scope.ServiceProvider.GetRequiredService<GatewayDbContext>();
            context.Add(Cache());
            await context.SaveChangesAsync();
        }

        foreach (var batch in vectors.Select((vector, index) => (vector, index)).Chunk(BatchSize))
        {
            await using var scope = gateway.Services.CreateAsyncScope();
            var context = scope.ServiceProvider.GetRequiredService<GatewayDbContext>();
            context.AddRange(batch.Select(row => new SemanticEntry
            {
                Id = $"sementry_{row.index}",
                CacheId = CacheId,
                Partition = Partition,
                Question = "",
                Answer = new byte[500],
                Embedding = Halves(row.vector),
                Dimensions = row.vector.Length,
                InferenceId = Guid.CreateVersion7(),
                CreatedAt = 0,
                ExpiresAt = long.MaxValue,
                LastUsedAt = 0,
            }));
            await context.SaveChangesAsync();
        }
    }

    /// <summary>The index is made after the rows: for the measurement alone, because that is faster.</summary>
    private static async Task FillPostgresAsync(InProcessGateway gateway, List<float[]> vectors)
    {
        await using var scope = gateway.Services.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<GatewayDbContext>().Database;
        database.SetCommandTimeout(TimeSpan.FromMinutes(30));
        await database.ExecuteSqlRawAsync("""DROP INDEX "IX_semantic_cache_entries_hnsw_1024" """);
        await FillAsync(gateway, vectors);
        await database.OpenConnectionAsync();
        await database.ExecuteSqlRawAsync("SET maintenance_work_mem = '1GB'");
        await database.ExecuteSqlRawAsync(
            """CREATE INDEX "IX_semantic_cache_entries_hnsw_1024" ON semantic_cache_entries USING hnsw (("Embedding"::halfvec(1024)) halfvec_cosine_ops) WHERE "Dimensions" = 1024""");
        await database.ExecuteSqlRawAsync("ANALYZE semantic_cache_entries");
        await database.CloseConnectionAsync();
    }
}
