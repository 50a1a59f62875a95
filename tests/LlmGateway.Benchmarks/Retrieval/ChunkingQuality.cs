using System.Globalization;
using System.Text.Json;
using LlmGateway.Retrieval.Chunking;
using LlmGateway.Retrieval.Evaluations;
using LlmGateway.Retrieval.Search;
using LlmGateway.Text.Metrics;
using LlmGateway.Text.Tokens;

namespace LlmGateway.Benchmarks.Retrieval;

/// <summary>
/// The chunking study's five corpora and 472 questions with exact excerpts: how much of the excerpts the first five passages hold, and how
/// much else, for each way to cut. All corpora are searched together, as the search's default says.
/// </summary>
internal static class ChunkingQuality
{
    private const int Cut = 5;
    private const int Dimensions = 1024;
    private const string Model = "local/embedding";

    private static readonly ChunkingStrategy[] Strategies =
    [
        ChunkingStrategy.Auto,
        new(ChunkingStrategy.Static, 400, 200),
        new(ChunkingStrategy.Static, 400, 0),
        new(ChunkingStrategy.Static, 200, 0),
        new(ChunkingStrategy.Recursive, 400, 0),
        new(ChunkingStrategy.Recursive, 200, 0),
        new(ChunkingStrategy.Sentence, 200, 0),
        new(ChunkingStrategy.Markdown, 400, 0),
        new(ChunkingStrategy.Markdown, 200, 0),
        new(ChunkingStrategy.ParentChild, 100, 0, 400),
    ];

    public static void Print(string data)
    {
        var folder = Path.Combine(data, "chunking");
        var texts = Directory.EnumerateFiles(folder, "*.md").Order(StringComparer.Ordinal).ToDictionary(file => Path.GetFileNameWithoutExtension(file), File.ReadAllText);
        var queries = Read(Path.Combine(folder, "questions.csv")).ToList();
        var plan = new EvaluationPlan([new("default", SearchConfiguration.Default)], [Cut], $"token_recall@{Cut}", 100, null, 1);
        EvaluationTable.Line($"**Chunking**, {queries.Count} questions over {texts.Count} corpora, hybrid search with `local/embedding` of {Dimensions} numbers");
        EvaluationTable.Line($"");
        EvaluationTable.Line($"| strategy | tokens | overlap | chunks | token recall@{Cut} | token precision@{Cut} | token IoU@{Cut} |");
        EvaluationTable.Line($"|---|---|---|---|---|---|---|");
        foreach (var strategy in Strategies)
        {
            var (documents, spans) = Chunks(texts, strategy);
            var metrics = new Corpus(documents, Dimensions, spans: spans).Evaluate(plan, queries).Configurations[0].Metrics;
            EvaluationTable.Line($"| {strategy.Type}{(strategy.MaxParentSizeTokens > 0 ? $", shown in {strategy.MaxParentSizeTokens}" : "")} | {strategy.MaxChunkSizeTokens} | {strategy.ChunkOverlapTokens} | {documents.Count} | {Shown(metrics, "token_recall")} | {Shown(metrics, "token_precision")} | {Shown(metrics, "token_iou")} |");
        }

        EvaluationTable.Line($"");
    }

    private static string Shown(IReadOnlyDictionary<string, MetricValue> metrics, string name)
    {
        var value = metrics[$"{name}@{Cut}"];
        return string.Create(CultureInfo.InvariantCulture, $"{value.Value:.000} ({value.Low:.000}–{value.High:.000})");
    }

    private static (List<(string Id, string Text)> Documents, Dictionary<string, DocumentSpan> Spans) Chunks(Dictionary<string, string> texts, ChunkingStrategy strategy)
    {
        var (documents, spans) = (new List<(string, string)>(), new Dictionary<string, DocumentSpan>());
        foreach (var (corpus, text) in texts)
        {
            foreach (var (place, passage) in Chunker.Cut(text, strategy, TokenCounter.ForModel(Model)).Index())
            {
                var (id, shown) = ($"{corpus} {place:00000}", passage.Parent ?? passage.Span);
                documents.Add((id, passage.TextIn(text)));
                spans[id] = new DocumentSpan(corpus, shown.Start, shown.End);
            }
        }

        return (documents, spans);
    }

    /// <summary>Rows of a question, its excerpts as JSON in quotes, and its corpus; no field holds a line's end.</summary>
    private static IEnumerable<JudgedQuery> Read(string path)
    {
        foreach (var line in File.ReadLines(path).Skip(1))
        {
            var fields = CsvLine.Split(line);
            using var excerpts = JsonDocument.Parse(fields[1]);
            yield return new JudgedQuery(
                fields[0], null,
                [.. excerpts.RootElement.EnumerateArray().Select(excerpt => new JudgedSpan(fields[2], excerpt.GetProperty("start_index").GetInt32(), excerpt.GetProperty("end_index").GetInt32()))]);
        }
    }
}
