using System.Collections.Frozen;
using System.Text;
using LlmGateway.Text.Similarity;

namespace LlmGateway.Text.Languages;

/// <summary>
/// Tells languages in Latin letters apart: by Bayes' rule, from how often each has the text's words, and from how it spells the words
/// that are on no list (T. Dunning, Statistical Identification of Language, 1994). A word that many languages have so tells little,
/// and what two languages explain about as well tells none.
/// </summary>
internal static class LatinLanguages
{
    /// <summary>By how much the best language must explain a text better than the second, as a logarithm: 4.5 times.</summary>
    private const double Margin = 1.5;

    /// <summary>Fewest words that tell a language.</summary>
    private const int MinWords = 3;

    /// <summary>Words of a text that are looked at.</summary>
    private const int MaxWords = 500;

    /// <summary>Of its words, the share that must be frequent ones of the language, or have letters of its own: code and lists have fewer.</summary>
    private const double FrequentShare = 0.1;

    /// <summary>How often a language has a word that is not on its list.</summary>
    private const double Unlisted = 3e-5;

    /// <summary>What spelling counts beside words: pairs of letters that follow one another are not independent.</summary>
    private const double SpellingWeight = 0.3;

    /// <summary>What is added to the count of each pair of letters, so that none is impossible.</summary>
    private const double UnseenPair = 0.5;

    /// <summary>What a word with a letter that a language has not speaks against it, as a logarithm.</summary>
    private const double ForeignLetter = 2;

    private static readonly LatinLanguage[] Languages = [.. FrequentWords.Lists.Select(list => new LatinLanguage(list.Code, list.Words))];

    private static readonly FrozenDictionary<string, double[]> ByWord = Languages.SelectMany(language => language.Words).Distinct()
        .ToFrozenDictionary(word => word, word => Array.ConvertAll(Languages, language => Frequency(language, word)), StringComparer.Ordinal);

    private static readonly IReadOnlyList<(char First, char Second)> Pairs = [.. Languages.SelectMany(language => language.Pairs.Keys).Distinct()];

    private static readonly FrozenDictionary<(char First, char Second), double[]> ByPair = Pairs
        .ToFrozenDictionary(pair => pair, pair => Array.ConvertAll(Languages, language => PairFrequency(language, pair)));

    private static readonly double[] OfUnseenPair = Array.ConvertAll(Languages, language => PairFrequency(language, default));

    /// <summary>Codes of ISO 639-1 that it can tell.</summary>
    public static IEnumerable<string> Codes => Languages.Select(language => language.Code);

    /// <summary>The language's code; null if the text does not tell it.</summary>
    public static string? Of(string text)
    {
        var words = Words.Of(text).Take(MaxWords).Where(word => word.All(char.IsLetter)).ToList();
        var scores = new double[Languages.Length];
        var frequent = new int[Languages.Length];
        foreach (var word in words)
        {
            Count(word, scores, frequent);
        }

        var best = Array.IndexOf(scores, scores.Max());
        var second = scores.Where((_, language) => language != best).Max();
        return words.Count >= MinWords && frequent[best] >= Math.Max(1, FrequentShare * words.Count) && scores[best] - second >= Margin
            ? Languages[best].Code
            : null;
    }

    private static void Count(string word, double[] scores, int[] frequent)
    {
        var listed = ByWord.GetValueOrDefault(word);
        var evidence = listed ?? SpellingOf(word);
        var isPlain = Ascii.IsValid(word);
        for (var i = 0; i < scores.Length; i++)
        {
            scores[i] += evidence[i] - (isPlain || Languages[i].HasAllLettersOf(word) ? 0 : ForeignLetter);
            frequent[i] += listed?[i] > 0 || (!isPlain && Languages[i].HasOwnLetterOf(word)) ? 1 : 0;
        }
    }

    private static double[] SpellingOf(string word)
    {
        var sum = new double[Languages.Length];
        foreach (var pair in LatinLanguage.PairsOf(word))
        {
            var frequencies = ByPair.GetValueOrDefault(pair, OfUnseenPair);
            for (var i = 0; i < sum.Length; i++)
            {
                sum[i] += SpellingWeight * frequencies[i];
            }
        }

        return sum;
    }

    // By Zipf's law with Mandelbrot's shift of 2.7 (S. T. Piantadosi, Zipf's word frequency law in natural language, 2014).
    private static double Frequency(LatinLanguage language, string word) =>
        Array.IndexOf(language.Words, word) is >= 0 and var rank ? Math.Log(0.1 / (rank + 3.7) / Unlisted) : 0;

    private static double PairFrequency(LatinLanguage language, (char, char) pair) =>
        Math.Log((language.Pairs.GetValueOrDefault(pair) + UnseenPair) / (language.PairCount + (UnseenPair * Pairs.Count)));
}
