using System.Text.RegularExpressions;
using LlmGateway.Text;

namespace LlmGateway.LocalModel;

/// <summary>Answers a question with the sentence of a passage that shares most of its rare words and holds the kind of thing it asks for.</summary>
internal static partial class PassageReader
{
    // Of the weight of a question's words: enough to decide between like sentences, too little to beat a word in common.
    private const double KindBonus = 0.15;
    private const int StemLength = 6;

    /// <summary>Sentences that share a word with the question, best first.</summary>
    public static IReadOnlyList<Candidate> Rank(string question, string passage)
    {
        var wanted = Stems(question);
        var expected = QuestionType.ExpectedBy(question);
        var total = wanted.Values.Sum();
        return [.. Sentences.Of(passage)
            .Where(sentence => !Marker().IsMatch(sentence) || sentence.Length > Marker().Match(sentence).Length)
            .Select(sentence => Marker().Replace(sentence, ""))
            .Select(sentence => new Candidate(sentence, Score(sentence, wanted, expected, total)))
            .Where(candidate => candidate.Score > 0)
            .OrderByDescending(candidate => candidate.Score)];
    }

    private static double Score(string sentence, Dictionary<string, double> wanted, Regex? expected, double total)
    {
        var overlap = Stems(sentence).Keys.Where(wanted.ContainsKey).Sum(stem => wanted[stem]);
        if (overlap <= 0)
        {
            return 0;
        }

        return (overlap / total) + (expected?.IsMatch(sentence) == true ? KindBonus : 0);
    }

    // A word's first letters stand for its inflections.
    private static Dictionary<string, double> Stems(string text)
    {
        var stems = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var word in Words.Of(text).Where(word => !Common().IsMatch(word)))
        {
            var weight = DocumentFrequencies.Shipped.WeightOfWord(word);
            stems[word.Length > StemLength ? word[..StemLength] : word.TrimEnd('s')] = weight;
        }

        return stems;
    }

    [GeneratedRegex(@"^\s*(?:context|passage|document|source|paragraph|article|text|excerpt)s?\s*(?:\[?\d+\]?)?\s*:\s*", RegexOptions.IgnoreCase)]
    private static partial Regex Marker();

    [GeneratedRegex("^(?:a|an|the|of|in|on|at|to|for|from|by|with|as|and|or|is|are|was|were|be|been|did|do|does|has|have|had|it|its|this|that|these|those|what|which|who|whom|whose|when|where|why|how|many|much|i|you|my|your|me|can|will|would|could|should|there|their|they|he|she|his|her|not|s)$")]
    private static partial Regex Common();
}
