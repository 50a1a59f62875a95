using System.Globalization;
using System.Text.Json;
using LlmGateway.LocalModel;
using LlmGateway.Text.Similarity;

namespace LlmGateway.Benchmarks.Local;

/// <summary>SciFact (BEIR): which of 5,183 abstracts bear on a claim, by <c>local/embedding</c> alone.</summary>
internal static class SciFact
{
    private const int Depth = 10;

    public static IEnumerable<Measure> Measure(string data)
    {
        var folder = Path.Combine(data, "scifact");
        var relevant = File.ReadLines(Path.Combine(folder, "qrels.test.txt")).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(row => row[3] != "0")
            .ToLookup(row => row[0], row => (Document: row[2], Gain: double.Parse(row[3], CultureInfo.InvariantCulture)));
        var documents = Read(Path.Combine(folder, "corpus.jsonl"));
        var queries = Read(Path.Combine(folder, "queries.jsonl")).Where(query => relevant.Contains(query.Id)).ToList();
        foreach (var (dimensions, goal) in new[] { (256, (double?).52), (512, null), (1024, .63) })
        {
            var corpus = documents.AsParallel().AsOrdered().Select(document => (document.Id, Vector: Embedder.Embed(document.Text, dimensions))).ToList();
            var gains = queries.AsParallel().AsOrdered().Select(query => Gain(Ranked(query.Text, corpus, dimensions), [.. relevant[query.Id]])).ToList();
            yield return new Measure("SciFact", $"nDCG@10 of `local/embedding` at {dimensions} dimensions", Interval.Bootstrap(gains), goal);
        }
    }

    private static IEnumerable<string> Ranked(string query, List<(string Id, float[] Vector)> corpus, int dimensions)
    {
        var vector = Embedder.Embed(query, dimensions);
        return corpus.Select(document => (document.Id, Score: Vectors.Dot(vector, document.Vector)))
            .OrderByDescending(pair => pair.Score).ThenBy(pair => pair.Id, StringComparer.Ordinal).Take(Depth).Select(pair => pair.Id);
    }

    /// <summary>Normalized discounted cumulative gain: the gain is the relevance, the discount log2(rank + 1).</summary>
    private static double Gain(IEnumerable<string> ranked, List<(string Document, double Gain)> relevant)
    {
        var found = ranked.Select((id, i) => relevant.Find(judged => judged.Document == id).Gain / Math.Log2(i + 2)).Sum();
        var ideal = relevant.Select(judged => judged.Gain).OrderDescending().Take(Depth).Select((gain, i) => gain / Math.Log2(i + 2)).Sum();
        return found / ideal;
    }

    private static List<(string Id, string Text)> Read(string path) => [.. File.ReadLines(path).Select(line =>
    {
        using var json = JsonDocument.Parse(line);
        var title = json.RootElement.TryGetProperty("title", out var value) ? value.GetString() + " " : "";
        return (json.RootElement.GetProperty("_id").GetString()!, title + json.RootElement.GetProperty("text").GetString());
    })];
}
