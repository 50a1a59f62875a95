using System.Globalization;
using System.Text.Json;
using LlmGateway.Retrieval.Evaluations;
using LlmGateway.Retrieval.Search;

namespace LlmGateway.Benchmarks.Retrieval;

/// <summary>
/// SciFact (BEIR): which of 5,183 abstracts bear on each of 300 claims. Title and abstract are one text; BM25 has k1 = 1.2 and b = .75, set
/// in advance; the weights of the fusion are cross-validated in five folds.
/// </summary>
internal static class SciFactQuality
{
    public static void Print(string data)
    {
        var (documents, queries) = Read(Path.Combine(data, "scifact"));
        foreach (var dimensions in (int[])[256, 1024])
        {
            var plan = Plan();
            EvaluationTable.Print($"SciFact, `local/embedding` of {dimensions} numbers", plan, new Corpus(documents, dimensions).Evaluate(plan, queries));
        }
    }

    public static EvaluationPlan Plan() => new(
        [
            new("BM25", new SearchConfiguration(SearchConfiguration.Lexical)),
            new("vectors", new SearchConfiguration(SearchConfiguration.Vector)),
            new("RRF, k = 60", new SearchConfiguration(SearchConfiguration.Hybrid, new FusionSettings(FusionSettings.Rrf))),
            new("min–max .8/.2, the default", SearchConfiguration.Default),
        ],
        [10], "ndcg@10", 100, new TuneRequest(null, null), 1);

    public static (IReadOnlyList<(string Id, string Text)> Documents, IReadOnlyList<JudgedQuery> Queries) Read(string folder)
    {
        var judged = File.ReadLines(Path.Combine(folder, "qrels.test.txt")).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .ToLookup(row => row[0], row => new JudgedFile(row[2], double.Parse(row[3], CultureInfo.InvariantCulture)));
        var queries = Lines(folder, "queries.jsonl").Where(query => judged.Contains(query.Id)).Select(query => new JudgedQuery(query.Text, [.. judged[query.Id]], null));
        return ([.. Lines(folder, "corpus.jsonl")], [.. queries]);
    }

    private static IEnumerable<(string Id, string Text)> Lines(string folder, string file) => File.ReadLines(Path.Combine(folder, file)).Select(line =>
    {
        using var json = JsonDocument.Parse(line);
        var title = json.RootElement.TryGetProperty("title", out var value) ? value.GetString() + "\n" : "";
        return (json.RootElement.GetProperty("_id").GetString()!, title + json.RootElement.GetProperty("text").GetString());
    });
}
