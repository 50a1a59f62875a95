using System.Globalization;
using System.Text;

namespace LlmGateway.Retrieval.Extraction;

/// <summary>
/// A table in a text file (RFC 4180; fields by commas, semicolons or tabs) as text that reads and cuts well: a paragraph for each row,
/// with the column's name, from the first row, in front of each value.
/// </summary>
internal sealed class CsvText
{
    private const int MaxColumns = 1024;

    private readonly string _csv;
    private readonly char _delimiter;
    private int _position;
    private int _line = 1;

    private CsvText(string csv)
    {
        _csv = csv;
        var first = csv.AsSpan(0, csv.AsSpan().IndexOfAny('\r', '\n') is >= 0 and var end ? end : csv.Length);
        _delimiter = first.Count('\t') > 0 ? '\t' : first.Count(';') > first.Count(',') ? ';' : ',';
    }

    /// <exception cref="UnreadableFileException">A quote is not closed, or it has too many columns.</exception>
    public static void Read(string csv, ExtractedText text)
    {
        var reader = new CsvText(csv);
        var names = reader.ReadRow() ?? [];
        var rows = 0;
        for (; reader.ReadRow() is { } row; rows++)
        {
            Write(names, row, text);
        }

        if (rows == 0)
        {
            Write([], names, text);
        }
    }

    private static void Write(List<string> names, List<string> row, ExtractedText text)
    {
        for (var column = 0; column < row.Count; column++)
        {
            var value = row[column].AsSpan().Trim();
            if (!value.IsEmpty)
            {
                var name = column < names.Count ? names[column].Trim() : "";
                text.Append(name).Append(name.Length > 0 ? ": " : "").Append(value).Append("\n");
            }
        }

        text.EndParagraph();
    }

    /// <summary>The next row that is not empty; null at the end.</summary>
    private List<string>? ReadRow()
    {
        while (_position < _csv.Length)
        {
            var row = new List<string>();
            while (true)
            {
                row.Add(ReadField());
                if (row.Count > MaxColumns)
                {
                    throw UnreadableFileException.Invalid(string.Create(CultureInfo.InvariantCulture, $"Line {_line} has more than {MaxColumns} columns. Split the table."));
                }

                if (_position == _csv.Length || _csv[_position++] != _delimiter)
                {
                    break;
                }
            }

            _line++;
            SkipLineFeed();
            if (row.Exists(field => field.Length > 0))
            {
                return row;
            }
        }

        return null;
    }

    /// <summary>Up to the delimiter, the line's end or the text's, which are left.</summary>
    private string ReadField()
    {
        if (_position < _csv.Length && _csv[_position] == '"')
        {
            return ReadQuoted();
        }

        var rest = _csv.AsSpan(_position);
        var length = rest.IndexOfAny(_delimiter, '\r', '\n') is >= 0 and var end ? end : rest.Length;
        _position += length;
        return rest[..length].ToString();
    }

    private string ReadQuoted()
    {
        var began = _line;
        var field = new StringBuilder();
        for (_position++; _position < _csv.Length; _position++)
        {
            var character = _csv[_position];
            if (character == '"')
            {
                if (_position + 1 == _csv.Length || _csv[_position + 1] != '"')
                {
                    _position++;
                    return field.Append(ReadField()).ToString();
                }

                _position++;
            }

            _line += character == '\n' ? 1 : 0;
            field.Append(character);
        }

        throw UnreadableFileException.Invalid(string.Create(
            CultureInfo.InvariantCulture, $"A quote that begins in line {began} is not closed. Mend it, or give the file the ending .txt."));
    }

    /// <summary>The second half of a line's end.</summary>
    private void SkipLineFeed()
    {
        if (_position > 0 && _position < _csv.Length && _csv[_position - 1] == '\r' && _csv[_position] == '\n')
        {
            _position++;
        }
    }
}
