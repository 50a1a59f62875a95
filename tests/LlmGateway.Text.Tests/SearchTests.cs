using System.Globalization;
using System.Text.Json;
using LlmGateway.TestKit;
using LlmGateway.Text.Search;

namespace LlmGateway.Text.Tests;

/// <summary>Full-text search against the paper's own examples, scores worked by hand, and judged collections.</summary>
public sealed class SearchTests
{
    [Theory]
    // The examples of M. F. Porter's paper (1980), step by step.
    [InlineData("caresses", "caress"), InlineData("ponies", "poni"), InlineData("cats", "cat"), InlineData("feed", "feed"), InlineData("agreed", "agre")]
    [InlineData("plastered", "plaster"), InlineData("bled", "bled"), InlineData("motoring", "motor"), InlineData("sing", "sing")]
    [InlineData("conflated", "conflat"), InlineData("troubled", "troubl"), InlineData("sized", "size"), InlineData("hopping", "hop")]
    [InlineData("falling", "fall"), InlineData("hissing", "hiss"), InlineData("filing", "file"), InlineData("happy", "happi"), InlineData("sky", "sky")]
    [InlineData("relational", "relat"), InlineData("conditional", "condit"), InlineData("rational", "ration"), InlineData("digitizer", "digit")]
    [InlineData("vietnamization", "vietnam"), InlineData("operator", "oper"), InlineData("hopefulness", "hope"), InlineData("sensibiliti", "sensibl")]
    [InlineData("triplicate", "triplic"), InlineData("electrical", "electr"), InlineData("goodness", "good"), InlineData("adjustment", "adjust")]
    [InlineData("adoption", "adopt"), InlineData("replacement", "replac"), InlineData("probate", "probat"), InlineData("rate", "rate"), InlineData("cease", "ceas")]
    [InlineData("controll", "control"), InlineData("roll", "roll"), InlineData("generalizations", "gener"), InlineData("oscillators", "oscil")]
    public void Words_are_taken_to_the_stems_of_the_paper(string word, string stem) => Assert.Equal(stem, PorterStemmer.Stem(word));

    [Fact]
    public void Scores_are_the_formulas()
    {
        var index = Bm25Index.Build(["cat dog", "cat cat cat mouse", "bird"]);

        // N = 3, n(cat) = 2, lengths 2, 4 and 1, mean 7/3: idf = ln(1 + 1.5/2.5) = .470004.
        var hits = index.Search("Cats", 10);
        Assert.Equal([1, 0], hits.Select(hit => hit.Document));
        Assert.Equal(0.470004 * 3 / (3 + (1.2 * (0.25 + (0.75 * 4 / (7.0 / 3))))), hits[0].Score, 5e-6);
        Assert.Equal(0.470004 * 1 / (1 + (1.2 * (0.25 + (0.75 * 2 / (7.0 / 3))))), hits[1].Score, 5e-6);
        Assert.Equal(2 * hits[0].Score, index.Search("cat cat", 1)[0].Score, 1e-6);
        Assert.Equal([0, 1], Bm25Index.Build(["same text", "same text"]).Search("text", 2).Select(hit => hit.Document));
        Assert.Empty(index.Search("the of unicorn", 10));
        Assert.Empty(Bm25Index.Build([]).Search("cat", 10));
    }

    [Fact]
    public void SciFact_is_ranked_as_well_as_by_the_published_BM25()
    {
        var data = SharedData.Find(out var reason);
        Assert.SkipWhen(data is null, reason ?? "");
        var corpus = Lines(data!, "corpus.jsonl").OrderBy(line => Id(line), StringComparer.Ordinal).ToList();
        var index = Bm25Index.Build([.. corpus.Select(line => $"{Text(line, "title")} {Text(line, "text")}")]);
        var relevant = File.ReadLines(Path.Combine(data!, "scifact", "qrels.test.txt")).Select(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            .Where(parts => parts[3] != "0").ToLookup(parts => parts[0], parts => parts[2]);
        var ndcg = Lines(data!, "queries.jsonl").Where(query => relevant[Id(query)].Any()).AsParallel().Average(query =>
            Ndcg(index.Search(Text(query, "text"), 10).Select(hit => Id(corpus[hit.Document])), [.. relevant[Id(query)]]));

        // Anserini's flat BM25 is published with .6789.
        Assert.InRange(ndcg, 0.680, 0.690);
        TestContext.Current.TestOutputHelper?.WriteLine($"SciFact nDCG@10 {ndcg:0.0000}");
    }

    [Fact]
    public void Questions_find_their_paragraphs()
    {
        var data = SharedData.Find(out var reason);
        Assert.SkipWhen(data is null, reason ?? "");
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(data!, "xquad", "xquad.en.json")));
        var paragraphs = document.RootElement.GetProperty("data").EnumerateArray().SelectMany(article => article.GetProperty("paragraphs").EnumerateArray()).ToList();
        var index = Bm25Index.Build([.. paragraphs.Select(paragraph => Text(paragraph, "context"))]);
        var ndcg = paragraphs.Index().SelectMany(paragraph => paragraph.Item.GetProperty("qas").EnumerateArray().Select(question => Ndcg(
            index.Search(Text(question, "question"), 10).Select(hit => hit.Document.ToString(CultureInfo.InvariantCulture)),
            [paragraph.Index.ToString(CultureInfo.InvariantCulture)]))).Average();
        Assert.InRange(ndcg, 0.964, 1);
        TestContext.Current.TestOutputHelper?.WriteLine($"XQuAD nDCG@10 {ndcg:0.0000}");
    }

    private static IEnumerable<JsonElement> Lines(string data, string file) =>
        File.ReadLines(Path.Combine(data, "scifact", file)).Select(line => JsonElement.Parse(line));

    private static string Id(JsonElement line) => Text(line, "_id");

    private static string Text(JsonElement line, string name) => line.GetProperty(name) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : line.GetProperty(name).GetRawText();

    /// <summary>Of binary relevance, discount log2(rank + 1).</summary>
    private static double Ndcg(IEnumerable<string> found, HashSet<string> relevant)
    {
        var gain = found.Index().Where(hit => relevant.Contains(hit.Item)).Sum(hit => 1 / Math.Log2(hit.Index + 2));
        return gain / Enumerable.Range(0, Math.Min(10, relevant.Count)).Sum(rank => 1 / Math.Log2(rank + 2));
    }
}
