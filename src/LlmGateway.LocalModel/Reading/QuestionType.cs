using System.Text.RegularExpressions;

namespace LlmGateway.LocalModel;

/// <summary>What a question asks for, and whether a sentence holds such a thing.</summary>
internal static partial class QuestionType
{
    /// <summary>A pattern of the answer's kind; null when the question does not tell.</summary>
    public static Regex? ExpectedBy(string question)
    {
        if (Amount().IsMatch(question))
        {
            return Number();
        }

        if (Time().IsMatch(question))
        {
            return Date();
        }

        return Person().IsMatch(question) ? Name() : null;
    }

    [GeneratedRegex(@"\bhow (?:many|much|long|old|far|large|big|tall|high|often)\b|\bwhat (?:percent|percentage|number|amount|score)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Amount();

    [GeneratedRegex(@"\b(?:when|what (?:year|date|day|month|time)|which (?:year|day|month)|in what year)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Time();

    [GeneratedRegex(@"\b(?:who|whom|whose|where|what (?:city|country|state|place|person|team|company))\b", RegexOptions.IgnoreCase)]
    private static partial Regex Person();

    [GeneratedRegex(@"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundred|thousand|million|billion|half|once|twice)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Number();

    [GeneratedRegex(@"\b(?:1\d{3}|20\d{2})\b|\b(?:January|February|March|April|May|June|July|August|September|October|November|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|century)\b|\b\d{1,2}(?::\d{2}|(?:st|nd|rd|th)\b)")]
    private static partial Regex Date();

    [GeneratedRegex(@"(?<=[\w,] )\p{Lu}\w+")]
    private static partial Regex Name();
}
