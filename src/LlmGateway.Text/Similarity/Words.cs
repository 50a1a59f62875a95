namespace LlmGateway.Text.Similarity;

/// <summary>Splits a text into lower-case words of letters and digits.</summary>
public static class Words
{
    private const int StemLength = 5;

    /// <summary>The words in order; an apostrophe between letters is dropped with what follows ("card's" is "card").</summary>
    public static IReadOnlyList<string> Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var words = new List<string>();
        var start = -1;
        for (var i = 0; i <= text.Length; i++)
        {
            var inside = i < text.Length && char.IsLetterOrDigit(text[i]);
            if (inside && start < 0)
            {
                start = i;
            }

            if (inside || start < 0)
            {
                continue;
            }

            if (!IsPossessive(text, start, i))
            {
                words.Add(text[start..i].ToLowerInvariant());
            }

            start = -1;
        }

        return words;
    }

    /// <summary>A word without a plural's "s", and of that the first five letters, which its inflections share ("transfer", "transferred").</summary>
    public static ReadOnlySpan<char> Stem(ReadOnlySpan<char> word)
    {
        var singular = word is [_, _, .., not 's', 's'] ? word[..^1] : word;
        return singular[..Math.Min(singular.Length, StemLength)];
    }

    private static bool IsPossessive(string text, int start, int end) =>
        end - start == 1 && text[start] is 's' or 'S' && start >= 2 && text[start - 1] is '\'' or '’' && char.IsLetter(text[start - 2]);
}
