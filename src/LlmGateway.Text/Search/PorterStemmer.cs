namespace LlmGateway.Text.Search;

/// <summary>
/// Takes English words to their stems, so that "connected" finds "connection": M. F. Porter, An algorithm for suffix stripping,
/// Program 14 (1980) 130–137, with the paper's own rules.
/// </summary>
public static class PorterStemmer
{
    private static readonly (string Suffix, string Replacement)[] Derived =
    [
        ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("abli", "able"), ("alli", "al"),
        ("entli", "ent"), ("eli", "e"), ("ousli", "ous"), ("ization", "ize"), ("ation", "ate"), ("ator", "ate"), ("alism", "al"),
        ("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous"), ("aliti", "al"), ("iviti", "ive"), ("biliti", "ble"),
    ];

    private static readonly (string Suffix, string Replacement)[] Endings =
    [
        ("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", ""),
    ];

    private static readonly (string Suffix, string Replacement)[] Residues =
    [
        ("al", ""), ("ance", ""), ("ence", ""), ("er", ""), ("ic", ""), ("able", ""), ("ible", ""), ("ant", ""), ("ement", ""), ("ment", ""),
        ("ent", ""), ("sion", "s"), ("tion", "t"), ("ou", ""), ("ism", ""), ("ate", ""), ("iti", ""), ("ous", ""), ("ive", ""), ("ize", ""),
    ];

    /// <summary>The stem; words of other letters than a to z, and those of one or two letters, stay as they are.</summary>
    /// <param name="word">In lower case.</param>
    public static string Stem(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        if (word.Length < 3 || !word.All(char.IsAsciiLetterLower))
        {
            return word;
        }

        var stem = EndingY(Past(Plural(word)));
        stem = Replace(stem, Derived, minimum: 1);
        stem = Replace(stem, Endings, minimum: 1);
        stem = Replace(stem, Residues, minimum: 2);
        return FinalE(stem);
    }

    /// <summary>Step 1a.</summary>
    private static string Plural(string word) =>
        word.EndsWith("sses", StringComparison.Ordinal) || word.EndsWith("ies", StringComparison.Ordinal) ? word[..^2]
        : word is [.., not 's', 's'] ? word[..^1]
        : word;

    /// <summary>Step 1b.</summary>
    private static string Past(string word)
    {
        if (word.EndsWith("eed", StringComparison.Ordinal))
        {
            return Measure(word.AsSpan(0, word.Length - 3)) > 0 ? word[..^1] : word;
        }

        var cut = word.EndsWith("ed", StringComparison.Ordinal) ? 2 : word.EndsWith("ing", StringComparison.Ordinal) ? 3 : 0;
        return cut > 0 && HasVowel(word.AsSpan(0, word.Length - cut)) ? Mended(word[..^cut]) : word;
    }

    /// <summary>What "ed" or "ing" left gets back the letter it lost, or loses the one it got.</summary>
    private static string Mended(string stem) =>
        stem is [.., 'a', 't'] or [.., 'b', 'l'] or [.., 'i', 'z'] ? $"{stem}e"
        : EndsInDouble(stem) && stem[^1] is not ('l' or 's' or 'z') ? stem[..^1]
        : Measure(stem) == 1 && EndsShort(stem) ? $"{stem}e"
        : stem;

    /// <summary>Step 1c.</summary>
    private static string EndingY(string word) => word is [.., 'y'] && HasVowel(word.AsSpan(0, word.Length - 1)) ? $"{word[..^1]}i" : word;

    /// <summary>Steps 2 to 4: only the first suffix that fits is tried, and it is replaced where enough stands before it.</summary>
    private static string Replace(string word, (string Suffix, string Replacement)[] rules, int minimum)
    {
        foreach (var (suffix, replacement) in rules)
        {
            if (word.EndsWith(suffix, StringComparison.Ordinal))
            {
                var stem = string.Concat(word.AsSpan(0, word.Length - suffix.Length), replacement);
                return Measure(minimum == 1 ? stem.AsSpan(0, stem.Length - replacement.Length) : stem) >= minimum ? stem : word;
            }
        }

        return word;
    }

    /// <summary>Step 5.</summary>
    private static string FinalE(string word)
    {
        if (word is [.. var stem, 'e'] && Measure(stem) is var measure && (measure > 1 || (measure == 1 && !EndsShort(stem))))
        {
            word = stem;
        }

        return word is [.., 'l', 'l'] && Measure(word) > 1 ? word[..^1] : word;
    }

    /// <summary>The paper's m: how often a consonant follows a vowel.</summary>
    private static int Measure(ReadOnlySpan<char> word)
    {
        var (measure, afterVowel) = (0, false);
        for (var index = 0; index < word.Length; index++)
        {
            var isVowel = !IsConsonant(word, index);
            measure += afterVowel && !isVowel ? 1 : 0;
            afterVowel = isVowel;
        }

        return measure;
    }

    private static bool HasVowel(ReadOnlySpan<char> word)
    {
        for (var index = 0; index < word.Length; index++)
        {
            if (!IsConsonant(word, index))
            {
                return true;
            }
        }

        return false;
    }

    private static bool EndsInDouble(ReadOnlySpan<char> word) => word.Length > 1 && word[^1] == word[^2] && IsConsonant(word, word.Length - 1);

    /// <summary>The paper's *o: consonant, vowel, consonant, the last of them not w, x or y.</summary>
    private static bool EndsShort(ReadOnlySpan<char> word) =>
        word.Length > 2 && word[^1] is not ('w' or 'x' or 'y')
        && IsConsonant(word, word.Length - 1) && !IsConsonant(word, word.Length - 2) && IsConsonant(word, word.Length - 3);

    /// <summary>A "y" is one at the start and after a vowel.</summary>
    private static bool IsConsonant(ReadOnlySpan<char> word, int index) => word[index] switch
    {
        'a' or 'e' or 'i' or 'o' or 'u' => false,
        'y' => index == 0 || !IsConsonant(word, index - 1),
        _ => true,
    };
}
