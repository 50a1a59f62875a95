using System.Text.RegularExpressions;

namespace LlmGateway.LocalModel;

/// <summary>Finds a closed set of labels in instructions: a list after a colon, in bullets, or after "one of" or "either".</summary>
internal static partial class LabelParser
{
    private const int LongestLabel = 80;

    /// <summary>The labels in order, empty when the instructions name no set of two or more.</summary>
    public static IReadOnlyList<string> Parse(string instructions)
    {
        foreach (Match match in Announcement().Matches(instructions))
        {
            var labels = Inline(match.Groups["list"].Value);
            if (labels.Count < 2)
            {
                labels = Bullets(instructions[(match.Index + match.Length)..]);
            }

            if (labels.Count >= 2)
            {
                return labels;
            }
        }

        return [];
    }

    private static List<string> Inline(string list)
    {
        var sentence = EndOfSentence().Match(list) is { Success: true } end ? list[..end.Index] : list;
        return Clean(Separator().Split(sentence));
    }

    private static List<string> Bullets(string rest) =>
        Clean(rest.TrimStart('\n', '\r').Split('\n').TakeWhile(line => Bullet().IsMatch(line)).Select(line => Bullet().Replace(line, "")));

    private static List<string> Clean(IEnumerable<string> parts)
    {
        var labels = parts.Select(part => part.Trim().Trim('"', '\'', '`', '[', ']', '(', ')', '.', '“', '”').Trim())
            .Where(part => part.Length > 0).Distinct(StringComparer.Ordinal).ToList();
        return labels.Exists(label => label.Length > LongestLabel) ? [] : labels;
    }

    [GeneratedRegex(@"\b(?:(?:labels?|categor(?:y|ies)|intents?|class(?:es)?|options?|choices|one of(?: the following)?(?: \w+){0,3})\b[^:\n.]{0,60}:|one of|either)[ \t]*(?<list>[^\n]*)", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Announcement();

    [GeneratedRegex(@"\s*(?:,\s*(?:or|and)\s+|[,;|/]|\s+or\s+|\s+and\s+)\s*", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Separator();

    [GeneratedRegex(@"[.!?](?:\s|$)", RegexOptions.None, 1000)]
    private static partial Regex EndOfSentence();

    [GeneratedRegex(@"^\s*(?:[-*•]|\d+[.)])\s+", RegexOptions.None, 1000)]
    private static partial Regex Bullet();
}
