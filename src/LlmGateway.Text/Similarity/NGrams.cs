namespace LlmGateway.Text.Similarity;

/// <summary>Character n-grams.</summary>
public static class NGrams
{
    /// <summary>Runs of <paramref name="n"/> characters of a word, with <c>&lt;</c> and <c>&gt;</c> marking its ends.</summary>
    public static IEnumerable<string> OfCharacters(string word, int n)
    {
        ArgumentNullException.ThrowIfNull(word);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(n);
        var marked = $"<{word}>";
        for (var i = 0; i + n <= marked.Length; i++)
        {
            yield return marked.Substring(i, n);
        }
    }
}
