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

    /// <summary>Python's <c>string.punctuation</c>, which the script takes out.</summary>
    private static bool IsAsciiPunctuation(char c) => c is >= '!' and <= '/' or >= ':' and <= '@' or >= '[' and <= '`' or >= '{' and <= '~';
}
