using System.Text.Json;

namespace LlmGateway.Benchmarks.Retrieval;

/// <summary>SciFact's abstracts as runs of one, two, three … sentences, until there are enough.</summary>
internal static class SentenceRuns
{
    public static List<string> Read(string data, int count)
    {
        var abstracts = File.ReadLines(Path.Combine(data, "scifact", "corpus.jsonl")).Select(line => JsonElement.Parse(line).GetProperty("text").GetString()!)
            .Select(text => text.Split(". ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).ToList();
        return [.. Enumerable.Range(1, 10).SelectMany(length => abstracts.SelectMany(sentences => Runs(sentences, length))).Take(count)];
    }

    public static IEnumerable<string> ReadQueries(string data) =>
        File.ReadLines(Path.Combine(data, "scifact", "queries.jsonl")).Select(line => JsonElement.Parse(line).GetProperty("text").GetString()!);

    private static IEnumerable<string> Runs(string[] sentences, int length) =>
        Enumerable.Range(0, Math.Max(0, sentences.Length - length + 1)).Select(first => string.Join(". ", sentences[first..(first + length)]));
}
