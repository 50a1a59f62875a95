using System.Text;

namespace LlmGateway.Text.Metrics;

/// <summary>Answers as SQuAD's official evaluation compares them (P. Rajpurkar et al. 2016, <c>evaluate-v1.1.py</c>).</summary>
public static class SquadAnswer
{
    /// <summary>The text in lower case, without punctuation and without the words a, an and the, with single spaces.</summary>
    public static string Normalize(string text)
    {
        var letters = new StringBuilder(text.Length);
        foreach (var c in text.ToLowerInvariant())
        {
            if (!IsAsciiPunctuation(c))
            {
                letters.Append(c);
            }
        }

        return string.Join(' ', letters.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Where(word => word is not ("a" or "an" or "the")));
    }

    /// <summary>
    /// F1 of the normal forms' words, each counted as often as it occurs: 1 for equal answers, two empty ones too, and 0 where no
    /// word is shared.
    /// </summary>
    public static double F1(string prediction, string reference)
    {
        var (said, wanted) = (Normalize(prediction), Normalize(reference));
        return said == wanted ? 1 : Overlap.Count(said.Split(' '), wanted.Split(' '), 1).F1;
    }

    /// <summary>Python's <c>string.punctuation</c>, which the script takes out.</summary>
    private static bool IsAsciiPunctuation(char c) => c is >= '!' and <= '/' or >= ':' and <= '@' or >= '[' and <= '`' or >= '{' and <= '~';
}
