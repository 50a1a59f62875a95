using System.Buffers;
using System.Collections.Frozen;

namespace LlmGateway.Text.Languages;

/// <summary>A language by its frequent words.</summary>
internal sealed class LatinLanguage
{
    private readonly SearchValues<char> _own;
    private readonly SearchValues<char> _letters;

    public LatinLanguage(string code, string[] words)
    {
        (Code, Words) = (code, words);
        Pairs = words.SelectMany(PairsOf).CountBy(pair => pair).ToFrozenDictionary();
        PairCount = Pairs.Values.Sum();
        var own = string.Concat(words.SelectMany(word => word).Where(letter => !char.IsAscii(letter)).Distinct());
        _own = SearchValues.Create(own);
        _letters = SearchValues.Create($"abcdefghijklmnopqrstuvwxyz{own}");
    }

    /// <summary>Of ISO 639-1.</summary>
    public string Code { get; }

    /// <summary>The more frequent ones first.</summary>
    public string[] Words { get; }

    /// <summary>How many of the words have two letters after one another, a blank being before the first and after the last.</summary>
    public IReadOnlyDictionary<(char First, char Second), int> Pairs { get; }

    /// <summary>The sum of these counts.</summary>
    public int PairCount { get; }

    public static IEnumerable<(char First, char Second)> PairsOf(string word) => $" {word}".Zip($"{word} ");

    public bool HasAllLettersOf(string word) => !word.AsSpan().ContainsAnyExcept(_letters);

    /// <summary>Whether it has a letter of the word that is not one of the 26.</summary>
    public bool HasOwnLetterOf(string word) => word.AsSpan().ContainsAny(_own);
}
