using System.Buffers;

namespace LlmGateway.Text.Languages;

/// <summary>
/// In which language a text is: by the script where that tells it, and among languages in Latin letters by frequent words and by
/// spelling. A text too short to tell, one that several languages explain about as well, or code, has none.
/// </summary>
public static class LanguageGuess
{
    /// <summary>Of its letters, the share that a script must have.</summary>
    private const double MostLetters = 0.5;

    /// <summary>Of its letters, the share that only Vietnamese has: one in 25, which a foreign name in a sentence does not come to.</summary>
    private const double Vietnamese = 0.04;

    private const string Latin = "latin";

    private static readonly SearchValues<char> Ukrainian = SearchValues.Create("іїєґІЇЄҐ");

    /// <summary>Codes of ISO 639-1 that it can tell.</summary>
    public static IReadOnlyList<string> Known { get; } =
        [.. LatinLanguages.Codes, "ar", "el", "he", "hi", "ja", "ko", "ru", "th", "uk", "vi", "zh"];

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
            : first == Latin ? (Share("vi") >= Vietnamese ? "vi" : LatinLanguages.Of(text))
            : first == "ru" && text.AsSpan().ContainsAny(Ukrainian) ? "uk"
            : first;

        double Share(string script) => scripts.GetValueOrDefault(script) / (double)letters;
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
