using System.Globalization;
using System.Text;
using System.Text.Json;

namespace LlmGateway.Retrieval.Extraction;

/// <summary>
/// JSON and JSON Lines as text that reads and cuts well: a line for each value, <c>path: value</c>, and a paragraph for each line of
/// JSONL, or for each element of an outermost list.
/// </summary>
internal sealed class JsonText(ExtractedText text)
{
    private const int MaxDepth = 64;

    private readonly StringBuilder _path = new();
    private readonly Stack<Level> _levels = new();

    /// <param name="json">One document, or several in lines.</param>
    /// <param name="text">Where it goes.</param>
    /// <exception cref="UnreadableFileException">It is malformed, or nested too deeply.</exception>
    public static void Read(string json, ExtractedText text)
    {
        var options = new JsonReaderOptions { MaxDepth = MaxDepth + 1, AllowMultipleValues = true, CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json), options);
        var lines = new JsonText(text);
        try
        {
            while (reader.Read())
            {
                lines.Take(ref reader);
            }
        }
        catch (JsonException exception)
        {
            throw UnreadableFileException.Invalid(string.Create(
                CultureInfo.InvariantCulture,
                $"The file is not JSON: line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1} is malformed, or nested deeper than {MaxDepth}. Mend it, or give it the ending .txt."));
        }
        catch (InvalidOperationException)
        {
            throw UnreadableFileException.Invalid("The file is not JSON: an escape in it stands for no character. Mend it, or give it the ending .txt.");
        }
    }

    private void Take(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                _path.Length = _levels.Peek().PathLength;
                _path.Append(_path.Length > 0 ? "." : "").Append(reader.GetString());
                break;
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                EnterElement();
                _levels.Push(new Level(_path.Length, reader.TokenType == JsonTokenType.StartArray));
                break;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                _path.Length = _levels.Pop().PathLength;
                EndRecord();
                break;
            default:
                EnterElement();
                Write(reader.TokenType == JsonTokenType.String ? reader.GetString()! : Encoding.UTF8.GetString(reader.ValueSpan));
                EndRecord();
                break;
        }
    }

    /// <summary>An element of a list is named by its place, unless the list is the outermost: its elements are records.</summary>
    private void EnterElement()
    {
        if (_levels.TryPeek(out var level) && level.IsList)
        {
            _path.Length = level.PathLength;
            if (_levels.Count > 1)
            {
                _path.Append(CultureInfo.InvariantCulture, $"[{level.Next++}]");
            }
        }
    }

    private void Write(string value)
    {
        if (_path.Length > 0)
        {
            text.Append(_path.ToString()).Append(": ");
        }

        text.Append(value).Append("\n");
    }

    private void EndRecord()
    {
        if (_levels.Count == 0 || (_levels.Count == 1 && _levels.Peek().IsList))
        {
            text.EndParagraph();
        }
    }

    /// <param name="pathLength">How much of the path leads here.</param>
    /// <param name="isList">Whether it is a list.</param>
    private sealed class Level(int pathLength, bool isList)
    {
        public int PathLength { get; } = pathLength;

        public bool IsList { get; } = isList;

        /// <summary>The next element's place.</summary>
        public int Next { get; set; }
    }
}
