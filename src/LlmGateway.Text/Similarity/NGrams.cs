namespace LlmGateway.Text;

/// <summary>Word and character n-grams.</summary>
public static class NGrams
{
    /// <summary>Runs of <paramref name="n"/> words joined by a space.</summary>
    public static IEnumerable<string> OfWords(IReadOnlyList<string> words, int n)
    {
        ArgumentNullException.ThrowIfNull(words);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(n);
        for (var i = 0; i + n <= words.Count; i++)
        {
            yield return n == 1 ? words[i] : string.Join(' ', words.Skip(i).Take(n));
        }
    }

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
