using LlmGateway.Text.Similarity;

namespace LlmGateway.LocalModel;

/// <summary>Answers as the most similar example was answered.</summary>
internal static class NearestExample
{
    /// <summary>The examples' outputs, each with its best score, best first.</summary>
    public static IReadOnlyList<Candidate> Rank(string text, IReadOnlyList<Example> examples)
    {
        var query = Embedder.Embed(text);
        return [.. examples
            .Select(example => new Candidate(example.Output, Vectors.Dot(query, KnownVectors.Of(example.Input))))
            .OrderByDescending(candidate => candidate.Score)
            .DistinctBy(candidate => candidate.Text, StringComparer.Ordinal)];
    }
}
