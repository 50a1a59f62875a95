using System.Collections.Frozen;

namespace LlmGateway.Text.Search;

/// <summary>
/// What an index does to a language's words: which it leaves out, and to what stem it takes the others. For languages that are
/// written without spaces between words there is none: search those by vectors.
/// </summary>
public sealed class SearchLanguage
{
    /// <summary>Stop words of Lucene's <c>EnglishAnalyzer</c>, and Porter's stemmer.</summary>
    public static readonly SearchLanguage English = new(
        "english", PorterStemmer.Stem,
        "a an and are as at be but by for if in into is it no not of on or such that the their then there these they this to was will with");

    /// <summary>Articles, pronouns and the like, and a light stemmer.</summary>
    public static readonly SearchLanguage German = new(
        "german", LightStemmer.German,
        "aber als am an auch auf aus bei beim bin bis bist da damit dann das dass daß dem den der des die dies diese diesem diesen dieser dieses doch dort du durch ein eine "
        + "einem einen einer eines er es für hat hatte ich ihm ihn ihr ihre im in ist ja kann mit nach nicht noch nur ob oder sein seine sich sie sind so um und uns unter vom "
        + "von vor war was wenn wer werden wie wir wird wurde wurden zu zum zur über");

    /// <summary>Articles, pronouns and the like, what is elided before an apostrophe, and a light stemmer.</summary>
    public static readonly SearchLanguage French = new(
        "french", LightStemmer.French,
        "a ai au aux avec c ce ces cet cette d dans de des du elle elles en est et eu fut il ils j je l la le les leur leurs lui m ma mais me mes mon même n ne nos notre nous on "
        + "ont ou où par pas pour qu que qui s sa sans se ses si son sont sur t ta te tes toi ton tu un une vos votre vous y à été être");

    /// <summary>Articles, pronouns and the like, and a light stemmer.</summary>
    public static readonly SearchLanguage Spanish = new(
        "spanish", LightStemmer.Spanish,
        "a al algo ante como con contra cual cuando de del desde donde durante e el ella ellas ellos en entre era es esa ese eso esta este esto está están fue fueron ha hay la las "
        + "le les lo los me mi muy más ni no nos o para pero por porque que qué se ser si sin sobre son su sus sí también te tiene tu un una uno y ya yo él");

    /// <summary>Words as they are, whatever the language.</summary>
    public static readonly SearchLanguage None = new("none", word => word, "");

    /// <summary>All there are.</summary>
    public static IReadOnlyList<SearchLanguage> All { get; } = [English, German, French, Spanish, None];

    private readonly FrozenSet<string> _stopWords;
    private readonly Func<string, string> _stem;

    private SearchLanguage(string name, Func<string, string> stem, string stopWords)
    {
        (Name, _stem) = (name, stem);
        _stopWords = stopWords.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>Its English name in lower case.</summary>
    public string Name { get; }

    /// <summary>The language of a name, or null.</summary>
    public static SearchLanguage? Find(string name) => All.FirstOrDefault(language => language.Name == name);

    /// <summary>What an index holds of a word in lower case; null for a stop word.</summary>
    public string? Term(string word) => _stopWords.Contains(word) ? null : _stem(word);
}
