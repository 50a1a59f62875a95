using LlmGateway.Text.Search;

namespace LlmGateway.Text.Metrics;

/// <summary>Words as the metrics count them.</summary>
public static class MetricWords
{
    /// <summary>
    /// Runs of letters and digits in lower case; all else only separates. This is the tokenizer of google-research's
    /// <c>rouge_score</c>, for every script.
    /// </summary>
    public static IReadOnlyList<string> Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var tokens = new List<string>();
        var start = -1;
        for (var index = 0; index <= text.Length; index++)
        {
            var inside = index < text.Length && char.IsLetterOrDigit(text[index]);
            if (inside && start < 0)
            {
                start = index;
            }
            else if (!inside && start >= 0)
            {
                tokens.Add(text[start..index].ToLowerInvariant());
                start = -1;
            }
        }

        return tokens;
    }

    /// <summary>The words' stems by Porter's algorithm, where a word is longer than three letters: <c>rouge_score</c> with its stemmer.</summary>
    public static IReadOnlyList<string> StemsOf(string text) => [.. Of(text).Select(word => word.Length > 3 ? PorterStemmer.Stem(word) : word)];
}
