using System.Text.RegularExpressions;

namespace LlmGateway.Gateway.Retrieval.Citations;

/// <summary>
/// Finds sentences of an answer that stand word for word in a passage: a model that quotes and writes no mark has shown its source
/// all the same. What is merely like a passage is not cited.
/// </summary>
internal static partial class QuoteFinder
{
    /// <summary>Shorter ones stand in many texts by chance.</summary>
    private const int MinLength = 20;

    public static IEnumerable<Citation> Find(string answer, IReadOnlyList<Passage> passages)
    {
        var texts = passages.Select(passage => Normal(passage.Text)).ToList();
        var (quote, source, end) = ("", -1, 0);
        foreach (var (piece, pieceEnd) in Sentences(answer))
        {
            var longer = $"{quote} {piece}".TrimStart();
            if (Holder(texts, longer, source) is var same and >= 0)
            {
                (quote, source, end) = (longer, same, pieceEnd);
                continue;
            }

            if (source >= 0 && quote.Length >= MinLength)
            {
                yield return new Citation(passages[source], end);
            }

            (quote, source, end) = (piece, Holder(texts, piece, -1), pieceEnd);
        }

        if (source >= 0 && quote.Length >= MinLength)
        {
            yield return new Citation(passages[source], end);
        }
    }

    /// <summary>The passage that holds a text, the one that held its begin before others.</summary>
    private static int Holder(List<string> texts, string text, int first) =>
        text.Length == 0 ? -1 : first >= 0 && texts[first].Contains(text, StringComparison.Ordinal) ? first : texts.FindIndex(one => one.Contains(text, StringComparison.Ordinal));

    /// <summary>Each sentence without white space round it and with one space within, and where it ends in the answer.</summary>
    private static IEnumerable<(string Text, int End)> Sentences(string answer)
    {
        var begin = 0;
        foreach (Match boundary in Boundary().Matches(answer))
        {
            yield return (Normal(answer[begin..boundary.Index]), boundary.Index);
            begin = boundary.Index + boundary.Length;
        }

        yield return (Normal(answer[begin..]), answer.TrimEnd().Length);
    }

    private static string Normal(string text) => Space().Replace(text, " ").Trim();

    [GeneratedRegex(@"(?<=[.!?][""”’')\]]?)\s+|\s*\n\s*", RegexOptions.None, 1000)]
    private static partial Regex Boundary();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
