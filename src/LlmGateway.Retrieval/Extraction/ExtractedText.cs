using System.Buffers;
using System.Text;

namespace LlmGateway.Retrieval.Extraction;

/// <summary>
/// The text of a file while it is read. What has structure becomes Markdown: headings, lists and tables keep it, and whoever cuts the
/// text needs to know of no other format.
/// </summary>
/// <param name="cancellationToken">Ends the reading at the next piece.</param>
internal sealed class ExtractedText(CancellationToken cancellationToken)
{
    /// <summary>Longest text that is taken from one file, in characters: about four million tokens of English.</summary>
    public const int MaxCharacters = 16 << 20;

    private const int MaxHeadingLevel = 6;
    private static readonly SearchValues<char> WhiteSpace = SearchValues.Create(" \t\r\n\f\v\u00A0\u2028\u2029");
    private readonly StringBuilder _text = new();

    /// <exception cref="UnreadableFileException">The text is too long.</exception>
    public ExtractedText Append(ReadOnlySpan<char> text)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_text.Length + text.Length > MaxCharacters)
        {
            throw UnreadableFileException.Invalid($"The file holds more than {MaxCharacters:N0} characters of text. Split it.");
        }

        _text.Append(text);
        return this;
    }

    /// <summary>Appends a text in one line: each run of white space is one blank, and none begins a line.</summary>
    public void AppendInline(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            var blank = text.IndexOfAnyExcept(WhiteSpace);
            if (blank != 0 && _text.Length > 0 && !char.IsWhiteSpace(_text[^1]))
            {
                Append(" ");
            }

            if (blank < 0)
            {
                return;
            }

            text = text[blank..];
            var word = text.IndexOfAny(WhiteSpace);
            Append(word < 0 ? text : text[..word]);
            text = word < 0 ? [] : text[word..];
        }
    }

    /// <summary>Ends the line, unless it is empty.</summary>
    public void EndLine()
    {
        TrimLine();
        if (_text.Length > 0 && _text[^1] != '\n')
        {
            Append("\n");
        }
    }

    /// <summary>Takes back the hyphen of a word that a line's end divided, if the next line goes on with a small letter.</summary>
    /// <returns>Whether it did; the line goes on then.</returns>
    public bool JoinDividedWord(char next)
    {
        if (_text.Length < 2 || _text[^1] != '-' || !char.IsLetter(_text[^2]) || !char.IsLower(next))
        {
            return false;
        }

        _text.Length--;
        return true;
    }

    /// <summary>Ends the paragraph by an empty line, unless there is one.</summary>
    public void EndParagraph()
    {
        EndLine();
        if (_text.Length > 1 && _text[^2] != '\n')
        {
            Append("\n");
        }
    }

    /// <summary>Begins a heading; its text follows, and <see cref="EndParagraph"/>.</summary>
    /// <param name="level">1 for the highest; deeper than 6 counts as 6.</param>
    public void BeginHeading(int level)
    {
        EndParagraph();
        Append(new string('#', Math.Clamp(level, 1, MaxHeadingLevel))).Append(" ");
    }

    /// <summary>The whole text. What no database's text holds, NUL and halves of characters, is replaced.</summary>
    /// <exception cref="UnreadableFileException">There is none.</exception>
    public string Finish(string ifEmpty = "The file holds no text.")
    {
        var text = _text.ToString();
        if (text.AsSpan().IsWhiteSpace())
        {
            throw UnreadableFileException.Invalid(ifEmpty);
        }

        return text.Contains('\0', StringComparison.Ordinal) || HasHalves(text)
            ? string.Concat(text.EnumerateRunes().Select(rune => rune.Value == 0 ? Rune.ReplacementChar : rune))
            : text;
    }

    private static bool HasHalves(ReadOnlySpan<char> text)
    {
        for (var index = text.IndexOfAnyInRange('\ud800', '\udfff'); index >= 0;)
        {
            if (!char.IsHighSurrogate(text[index]) || index + 1 == text.Length || !char.IsLowSurrogate(text[index + 1]))
            {
                return true;
            }

            text = text[(index + 2)..];
            index = text.IndexOfAnyInRange('\ud800', '\udfff');
        }

        return false;
    }

    private void TrimLine()
    {
        while (_text.Length > 0 && _text[^1] is ' ' or '\t')
        {
            _text.Length--;
        }
    }
}
