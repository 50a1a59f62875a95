using System.Text;
using UglyToad.PdfPig.Content;

namespace LlmGateway.Retrieval.Extraction;

/// <summary>Puts letters together to lines: those that follow one another on one base line. Distances are in letters' sizes.</summary>
internal sealed class PdfLines
{
    private const double SameLine = 0.5;
    private const double WordGap = 0.15;

    /// <summary>So far back it is another column.</summary>
    private const double ColumnGap = 2;
    private const double ParagraphGap = 1.7;

    private readonly List<PdfLine> _lines = [];
    private readonly StringBuilder _line = new();
    private Letter? _first;
    private Letter? _last;
    private bool _beginsParagraph = true;
    private long _characters;

    /// <summary>Adds a page.</summary>
    /// <exception cref="UnreadableFileException">The text is too long.</exception>
    public void Add(IEnumerable<Letter> letters)
    {
        foreach (var letter in letters)
        {
            if (_last is { } last && !IsOnLineOf(last, letter))
            {
                EndLine(IsFarFrom(_first!, letter));
            }

            if (_last is { } before && Distance(before, letter) > WordGap * SizeOf(letter) && !EndsBlank() && !string.IsNullOrWhiteSpace(letter.Value))
            {
                _line.Append(' ');
            }

            _line.Append(letter.Value);
            _first ??= letter;
            _last = letter;
        }

        EndLine(beginsParagraph: true);
    }

    public List<PdfLine> Finish() => _lines;

    private bool EndsBlank() => _line.Length > 0 && char.IsWhiteSpace(_line[^1]);

    private void EndLine(bool beginsParagraph)
    {
        var text = _line.ToString().Trim();
        if (text.Length > 0)
        {
            _characters += text.Length;
            if (_characters > ExtractedText.MaxCharacters)
            {
                throw UnreadableFileException.Invalid($"The PDF holds more than {ExtractedText.MaxCharacters:N0} characters of text. Split it.");
            }

            _lines.Add(new PdfLine(text, Math.Round(SizeOf(_first!), 1), _beginsParagraph));
            _beginsParagraph = false;
        }

        _beginsParagraph |= beginsParagraph;
        _line.Clear();
        (_first, _last) = (null, null);
    }

    private static double SizeOf(Letter letter) => Math.Max(letter.PointSize, 1);

    private static double Distance(Letter before, Letter letter) => letter.StartBaseLine.X - before.EndBaseLine.X;

    private static bool IsOnLineOf(Letter before, Letter letter) =>
        Math.Abs(letter.StartBaseLine.Y - before.StartBaseLine.Y) < SameLine * SizeOf(before) && Distance(before, letter) > -ColumnGap * SizeOf(before);

    /// <summary>Whether a line begins above the one before, or so far below that there is an empty line between.</summary>
    private static bool IsFarFrom(Letter first, Letter letter)
    {
        var down = first.StartBaseLine.Y - letter.StartBaseLine.Y;
        return down < 0 || down > ParagraphGap * Math.Max(SizeOf(first), SizeOf(letter));
    }
}

/// <param name="Text">The line, without blanks around it; never empty.</param>
/// <param name="Size">Size of its letters in points.</param>
/// <param name="BeginsParagraph">Whether it stands apart from the line before.</param>
internal sealed record PdfLine(string Text, double Size, bool BeginsParagraph);
