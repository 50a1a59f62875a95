using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using LlmGateway.LocalModel;
using LlmGateway.Retrieval.Search;
using LlmGateway.Retrieval.Storage;
using LlmGateway.Retrieval.VectorStores;
using LlmGateway.TestKit.Servers;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Benchmarks.Retrieval;

/// <summary>
/// What a search of 100,000 chunks takes, in either database: SciFact's abstracts cut into runs of sentences, its claims as queries,
/// <c>local/embedding</c> with 256 numbers. A whole search goes over HTTP, and asks for the query's vector over HTTP.
/// </summary>
internal static class SearchLatency
{
    private const int Count = 100_000;
    private const int Queries = 300;
    private const int Candidates = 100;

    public static async Task PrintAsync(string data)
    {
        var chunks = SentenceRuns.Read(data, Count);
        var vectors = chunks.AsParallel().AsOrdered().Select(text => Embedder.Embed(text, SearchHost.Dimensions)).ToList();
        var queries = SentenceRuns.ReadQueries(data).Take(Queries).ToList();
        Console.WriteLine($"{chunks.Count:N0} chunks of SciFact, {SearchHost.Dimensions} dimensions, {queries.Count} queries, {Candidates} candidates\n");
        Console.WriteLine("| database | search | p50 ms | p99 ms | recall@10 |\n|---|---|---:|---:|---:|");
        await using (var host = await SearchHost.StartAsync(null))
        {
            await MeasureAsync("SQLite", host, await host.FillAsync(chunks, vectors), queries);
        }

        if (TestServers.SkipReason is not null)
        {
            Console.WriteLine($"PostgreSQL: {TestServers.SkipReason}");
            return;
        }

        await using var served = await SearchHost.StartAsync(await TestServers.CreateDatabaseAsync());
        var store = await served.FillAsync(chunks, vectors);
        var start = Stopwatch.GetTimestamp();
        await served.IndexAsync();
        var took = Stopwatch.GetElapsedTime(start);
        await MeasureAsync("PostgreSQL", served, store, queries);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\nThe HNSW index was built in {took.TotalSeconds:0} s."));
    }

    private static async Task MeasureAsync(string database, SearchHost host, VectorStore store, List<string> queries)
    {
        await using var scope = host.Services.CreateAsyncScope();
        var chunks = scope.ServiceProvider.GetRequiredService<IChunkStore>();
        var words = await host.Services.GetRequiredService<LexicalCopies>().GetAsync(store.Id, store.Version, CancellationToken.None);
        var vectors = queries.ConvertAll(query => Embedder.Embed(query, SearchHost.Dimensions));
        await MeasureAsync(database, "words (BM25)", queries.Count, number => Task.FromResult(words.Search(queries[number], null, Candidates, null)));
        await MeasureAsync(database, "vectors", queries.Count, number => NearestAsync(number, exact: false), Recall);
        if (database == "PostgreSQL")
        {
            await MeasureAsync(database, "vectors, exact", queries.Count, number => NearestAsync(number, exact: true));
        }

        foreach (var mode in new[] { "lexical", "vector", "hybrid" })
        {
            host.Renew();
            await MeasureAsync(database, $"whole search, {mode}", queries.Count, async number =>
            {
                using var response = await host.Http.PostAsJsonAsync($"/v1/vector_stores/{store.Id}/search", new { query = queries[number], configuration = new { mode } });
                response.EnsureSuccessStatusCode();
                await response.Content.LoadIntoBufferAsync();
                return (IReadOnlyList<ScoredKey>)[];
            });
        }

        Task<IReadOnlyList<ScoredKey>> NearestAsync(int number, bool exact) =>
            chunks.SearchAsync(new VectorQuery(store, null, Candidates, exact), vectors[number], CancellationToken.None);

        async Task<string> Recall(List<IReadOnlyList<ScoredKey>> near)
        {
            var shared = 0;
            for (var number = 0; number < queries.Count; number++)
            {
                var best = await NearestAsync(number, exact: true);

                // As near as the tenth counts: chunks with the same text have the same vector.
                shared += near[number].Take(10).Count(hit => hit.Score >= best[9].Score - 1e-5);
            }

            return string.Create(CultureInfo.InvariantCulture, $"{shared / (10.0 * queries.Count):0.000}");
        }
    }

    /// <summary>The third round of three.</summary>
    private static async Task MeasureAsync(
        string database, string what, int count, Func<int, Task<IReadOnlyList<ScoredKey>>> search, Func<List<IReadOnlyList<ScoredKey>>, Task<string>>? judge = null)
    {
        var (times, found) = (new List<double>(), new List<IReadOnlyList<ScoredKey>>());
        for (var round = 0; round < 3; round++)
        {
            times.Clear();
            found.Clear();
            for (var number = 0; number < count; number++)
            {
                var start = Stopwatch.GetTimestamp();
                found.Add(await search(number));
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        }

        times.Sort();
        var judged = judge is null ? "" : await judge(found);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {database} | {what} | {times[count / 2]:0.00} | {times[count * 99 / 100]:0.00} | {judged} |"));
    }
}
