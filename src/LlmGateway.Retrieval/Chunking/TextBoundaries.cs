namespace LlmGateway.Retrieval.Chunking;

/// <summary>Divides a passage without leaving anything out: what separates two pieces belongs to the first. Each takes one pass.</summary>
internal static class TextBoundaries
{
    /// <summary>Behind which a period ends no sentence. Languages differ; a mistake here only moves a chunk's end.</summary>
    private static readonly HashSet<string> Abbreviations = new(StringComparer.OrdinalIgnoreCase)
    {
        "Mr", "Mrs", "Ms", "Dr", "Prof", "St", "Jr", "Sr", "vs", "etc", "e.g", "i.e", "cf", "al", "Fig", "Eq", "No", "Vol", "pp", "Inc", "Ltd", "Co", "Corp", "approx",
    };

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> AbbreviationLookup = Abbreviations.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Behind empty lines.</summary>
    public static IEnumerable<TextSpan> Paragraphs(string text, TextSpan passage) => Divide(text, passage, EndsParagraph);

    public static IEnumerable<TextSpan> Lines(string text, TextSpan passage) => Divide(text, passage, (all, index) => all[index] == '\n');

    /// <summary>Behind the white space that follows a sentence's end, behind full-width ends, and behind empty lines.</summary>
    public static IEnumerable<TextSpan> Sentences(string text, TextSpan passage) =>
        Divide(text, passage, (all, index) => EndsParagraph(all, index) || EndsSentence(all, index));

    public static IEnumerable<TextSpan> Words(string text, TextSpan passage) =>
        Divide(text, passage, (all, index) => char.IsWhiteSpace(all[index]) && !IsWhiteSpaceAt(all, index + 1));

    /// <param name="text">The text.</param>
    /// <param name="passage">What of it is divided.</param>
    /// <param name="endsAt">Whether a piece ends with the character at an index.</param>
    private static IEnumerable<TextSpan> Divide(string text, TextSpan passage, Func<string, int, bool> endsAt)
    {
        var start = passage.Start;
        for (var index = start; index < passage.End; index++)
        {
            if (endsAt(text, index))
            {
                yield return new TextSpan(start, index + 1);
                start = index + 1;
            }
        }

        if (start < passage.End)
        {
            yield return new TextSpan(start, passage.End);
        }
    }

    /// <summary>The last line break of several.</summary>
    private static bool EndsParagraph(string text, int index)
    {
        if (text[index] != '\n' || text.AsSpan(index + 1) is ['\n', ..] or ['\r', '\n', ..])
        {
            return false;
        }

        var before = text.AsSpan(0, index);
        return (before is [.., '\r'] ? before[..^1] : before) is [.., '\n'];
    }

    private static bool EndsSentence(string text, int index)
    {
        if (text[index] is '。' or '！' or '？')
        {
            return !(index + 1 < text.Length && text[index + 1] is '。' or '！' or '？' or '」' or '』' or '”');
        }

        if (!char.IsWhiteSpace(text[index]) || index + 1 >= text.Length || char.IsWhiteSpace(text[index + 1]) || char.IsLower(text[index + 1]))
        {
            return false;
        }

        var before = text.AsSpan(0, index).TrimEnd();
        var sentence = before.TrimEnd("\"'”’)]»");
        return sentence is [.., '.' or '!' or '?' or '…'] && !(sentence[^1] == '.' && IsAbbreviation(sentence[..^1]));
    }

    /// <summary>Whether a text ends with one, or with a single capital letter, as initials do.</summary>
    private static bool IsAbbreviation(ReadOnlySpan<char> before)
    {
        const int longest = 6;
        var end = before[^Math.Min(before.Length, longest + 1)..];
        var word = end[(end.LastIndexOfAny(" \n\t(") + 1)..];
        return word is [>= 'A' and <= 'Z'] || AbbreviationLookup.Contains(word);
    }

    private static bool IsWhiteSpaceAt(string text, int index) => index < text.Length && char.IsWhiteSpace(text[index]);
}
