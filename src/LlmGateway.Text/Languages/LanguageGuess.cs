using System.Buffers;
using System.Collections.Frozen;
using LlmGateway.Text.Similarity;

namespace LlmGateway.Text.Languages;

/// <summary>
/// In which language a text is, guessed simply: by the script where that tells it, and among languages in Latin letters by the most
/// frequent words (G. Grefenstette, Comparing two language identification schemes, 1995: for sentences of some ten words, such words do
/// as well as trigrams). A text too short to tell, or code, has none.
/// </summary>
public static class LanguageGuess
{
    /// <summary>Of its letters, the share that a script must have.</summary>
    private const double MostLetters = 0.5;

    /// <summary>Of its words, the share that must be frequent words of the language.</summary>
    private const double FrequentWords = 0.1;

    /// <summary>Words of a text that are looked at.</summary>
    private const int MaxWords = 500;

    private const string Latin = "latin";

    private static readonly SearchValues<char> Ukrainian = SearchValues.Create("іїєґІЇЄҐ");

    /// <summary>About forty of the most frequent words of each; what several languages have counts for each of them.</summary>
    private static readonly (string Code, string Words)[] Lists =
    [
        ("en", "the of and to in is that it for was on are as with he his at be this have from or had by but what were when we there can an your which their if do will how about i my you not"),
        ("de", "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über ich mein wir was kann"),
        ("fr", "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont la avec son ses mais comme ou si leur y dont je mon vous nous comment cette été"),
        ("es", "de la que el en y a los se del las un por con no una su para es al lo como más o pero sus le ha me si sin sobre este ya entre cuando todo esta ser son mi cómo qué está puedo"),
        ("it", "di e il la che in un a per è una sono con non del si da le come dei nel alla più anche al i gli della ma se lo ha mi questo perché io mio cosa era delle cui ci"),
        ("pt", "de a o que e do da em um para é com não uma os no se na por mais as dos como mas foi ao ele das tem à seu sua ou ser quando muito há nos já está eu meu você"),
        ("nl", "de van het een en in is dat op te zijn met voor niet die aan er om ook als dan maar bij of uit nog naar heeft hij ze door over ik mijn wat kan wordt wel deze hoe je"),
        ("sv", "och i att det som en på är av för med den till inte har de om ett var jag men sig så från vi när kan ska eller han hur min vad du också där efter vid mot"),
        ("da", "og i at det er en af på til for med den som ikke de har et der om men var jeg sig fra kan vi så eller han hvordan min hvad du også når efter ved blev skal"),
        ("pl", "w i na z się nie do że to jest o jak po za od co dla ale przez jego ma są być tak mnie przy już czy tylko jej ich pod był gdzie mój czym mogę lub oraz"),
        ("cs", "a se na v je že to s z do o i ve pro jako by za ale od po jeho jsem která které který byl jak má jsou nebo co při tak také jen už než můj mohu"),
        ("ro", "de și în la a cu nu că pe o un care din se este pentru mai ce al sunt au fost prin dar am sau ca fi lui ale cum dacă eu meu pot după fără"),
        ("tr", "ve bir bu da de için ile çok ne gibi daha o ama kadar sonra en mi var olarak olan ben nasıl mı değil her şey ya ki benim kart diye yok neden"),
        ("id", "yang dan di itu dengan untuk tidak ini dari dalam akan pada juga saya ke karena ada mereka bisa oleh atau telah apa sudah kartu bagaimana kami anda seperti lebih"),
    ];

    private static readonly FrozenDictionary<string, string[]> LanguagesByWord = Lists
        .SelectMany(list => list.Words.Split(' ').Distinct().Select(word => (word, list.Code)))
        .GroupBy(entry => entry.word, entry => entry.Code, StringComparer.Ordinal)
        .ToFrozenDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);

    /// <summary>Codes of ISO 639-1 that it can tell.</summary>
    public static IReadOnlyList<string> Known { get; } =
        [.. Lists.Select(list => list.Code), "ar", "el", "he", "hi", "ja", "ko", "ru", "th", "uk", "vi", "zh"];

    /// <summary>The language's code of ISO 639-1; null if the text does not tell it.</summary>
    public static string? Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var scripts = new Dictionary<string, int>(StringComparer.Ordinal);
        var letters = 0;
        foreach (var letter in text.Where(char.IsLetter))
        {
            letters++;
            var script = ScriptOf(letter);
            scripts[script] = scripts.GetValueOrDefault(script) + 1;
        }

        if (letters == 0)
        {
            return null;
        }

        // Japanese is written with Chinese letters between its own, Ukrainian with letters that Russian has not.
        var (first, count) = scripts.MaxBy(script => script.Value);
        return Share("ja") > 0.1 && Share("ja") + Share("zh") > MostLetters ? "ja"
            : count < MostLetters * letters ? null
            : first == Latin ? (Share("vi") > 0.05 ? "vi" : OfWords(text))
            : first == "ru" && text.AsSpan().ContainsAny(Ukrainian) ? "uk"
            : first;

        double Share(string script) => scripts.GetValueOrDefault(script) / (double)letters;
    }

    private static string? OfWords(string text)
    {
        var words = Words.Of(text);
        var looked = Math.Min(words.Count, MaxWords);
        var hits = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var language in words.Take(MaxWords).SelectMany(word => LanguagesByWord.GetValueOrDefault(word) ?? []))
        {
            hits[language] = hits.GetValueOrDefault(language) + 1;
        }

        return hits.OrderByDescending(entry => entry.Value).Take(2).ToArray() switch
        {
            [var best] when IsEnough(best.Value) => best.Key,
            [var best, var second] when best.Value > second.Value && IsEnough(best.Value) => best.Key,
            _ => null,
        };

        bool IsEnough(int count) => count >= 2 && count >= FrequentWords * looked;
    }

    /// <summary>By Unicode's blocks; where one language is written in a script, that language's code.</summary>
    private static string ScriptOf(char letter) => letter switch
    {
        // Letters with two marks, and those with a horn, only Vietnamese has; đ is Croatian too.
        >= '\u1EA0' and <= '\u1EF9' or 'ơ' or 'ư' or 'Ơ' or 'Ư' => "vi",
        < '\u0250' or (>= '\u1E00' and < '\u1F00') => Latin,
        >= '\u0370' and < '\u0400' or (>= '\u1F00' and < '\u2000') => "el",
        >= '\u0400' and < '\u0530' => "ru",
        >= '\u0590' and < '\u0600' => "he",
        >= '\u0600' and < '\u0780' => "ar",
        >= '\u0900' and < '\u0980' => "hi",
        >= '\u0E00' and < '\u0E80' => "th",
        >= '\u1100' and < '\u1200' or (>= '\uAC00' and < '\uD7B0') => "ko",
        >= '\u3040' and < '\u3100' => "ja",
        >= '\u3400' and < '\u9FFF' => "zh",
        _ => "other",
    };
}
