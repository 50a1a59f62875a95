namespace LlmGateway.Text.Search;

/// <summary>
/// Takes off the endings of number, gender and case, and no more: J. Savoy, Light stemming approaches for the French, Portuguese,
/// German and Hungarian languages (SAC 2006), with the rules of his stemmers at the University of Neuchâtel; for French those of
/// the shorter one, which undoes plurals and feminines.
/// </summary>
public static class LightStemmer
{
    public static string German(string word)
    {
        var stem = Fold(word);
        stem = stem switch
        {
            [_, _, _, .., 'e', 'r', 'n'] => stem[..^3],
            [_, _, _, .., 'e', 'm' or 'n' or 'r' or 's'] => stem[..^2],
            [_, _, _, .., 'e'] => stem[..^1],
            [_, _, .., var before, 's'] when TakesGermanEnding(before) => stem[..^1],
            _ => stem,
        };
        return stem switch
        {
            [_, _, _, .., 'e', 's', 't'] => stem[..^3],
            [_, _, _, .., 'e', 'r' or 'n'] => stem[..^2],
            [_, _, .., var before, 's', 't'] when TakesGermanEnding(before) => stem[..^2],
            _ => stem,
        };
    }

    public static string French(string word)
    {
        if (word.Length < 6)
        {
            return word;
        }

        if (word[^1] == 'x')
        {
            // "chevaux" is of "cheval".
            return word is [.., 'a', 'u', 'x'] ? string.Concat(word.AsSpan(0, word.Length - 2), "l") : word[..^1];
        }

        var length = word.Length;
        foreach (var ending in "sreé")
        {
            length -= word[length - 1] == ending ? 1 : 0;
        }

        length -= word[length - 1] == word[length - 2] && char.IsLetter(word[length - 1]) ? 1 : 0;
        return word[..length];
    }

    public static string Spanish(string word)
    {
        if (word.Length < 5)
        {
            return word;
        }

        var stem = Fold(word);
        return stem switch
        {
            [.., 'o' or 'a' or 'e'] => stem[..^1],
            [.., 'e', 's', 'e', 's'] => stem[..^2],
            [.., 'c', 'e', 's'] => string.Concat(stem.AsSpan(0, stem.Length - 3), "z"),
            [.., 'o' or 'a' or 'e', 's'] => stem[..^2],
            _ => stem,
        };
    }

    private static bool TakesGermanEnding(char letter) => letter is 'b' or 'd' or 'f' or 'g' or 'h' or 'k' or 'l' or 'm' or 'n' or 't';

    /// <summary>Vowels without their marks.</summary>
    private static string Fold(string word) => word.All(char.IsAscii) ? word : string.Create(word.Length, word, (letters, from) =>
    {
        for (var index = 0; index < letters.Length; index++)
        {
            letters[index] = from[index] switch
            {
                'à' or 'á' or 'â' or 'ä' => 'a',
                'è' or 'é' or 'ê' or 'ë' => 'e',
                'ì' or 'í' or 'î' or 'ï' => 'i',
                'ò' or 'ó' or 'ô' or 'ö' => 'o',
                'ù' or 'ú' or 'û' or 'ü' => 'u',
                var letter => letter,
            };
        }
    });
}
