using System.IO.Compression;
using System.Xml;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;

namespace LlmGateway.Retrieval.Extraction;

/// <summary>The text of a Word document (.docx), with its headings, lists and tables as Markdown. Its parts are read as a stream: no depth can overflow the stack.</summary>
internal sealed class WordText(ExtractedText text)
{
    /// <summary>Real documents stay below 30.</summary>
    private const int MaxDepth = 256;
    private const string MainPart = "word/document.xml";
    private const string Value = "val";

    private readonly Dictionary<string, int> _headingStyles = new(StringComparer.Ordinal);
    private bool _isHeading;
    private bool _isListItem;
    private int _cells;

    /// <exception cref="UnreadableFileException">It is no Word document, damaged, or unpacks to too much.</exception>
    public static void Read(Stream content, ExtractedText text)
    {
        try
        {
            CheckArchive(content);
            var settings = new OpenSettings { AutoSave = false, MaxCharactersInPart = ArchiveBounds.MaxUnpackedBytes };
            using var document = WordprocessingDocument.Open(content, isEditable: false, settings);
            var main = document.MainDocumentPart ?? throw NoDocument();
            var reader = new WordText(text);
            reader.ReadStyles(main.StyleDefinitionsPart);
            reader.ReadBody(main);
        }
        catch (Exception exception) when (exception is InvalidDataException or OpenXmlPackageException or FileFormatException or XmlException or IOException)
        {
            throw UnreadableFileException.Invalid("The document is damaged. Open it in Word, and save it anew.");
        }
    }

    private static void CheckArchive(Stream content)
    {
        using (var archive = new ZipArchive(content, ZipArchiveMode.Read, leaveOpen: true))
        {
            ArchiveBounds.Check(archive);
            if (archive.GetEntry(MainPart) is null)
            {
                throw NoDocument();
            }
        }

        content.Position = 0;
    }

    private static UnreadableFileException NoDocument() => UnreadableFileException.Unsupported(
        $"The file is an archive, but no Word document. Unpack it, or convert it to one of {FileKinds.Readable}.");

    /// <summary>Which styles are headings, and of which level: by their own outline level, or by Word's names.</summary>
    private void ReadStyles(StyleDefinitionsPart? part)
    {
        if (part is null)
        {
            return;
        }

        using var reader = new OpenXmlPartReader(part);
        var style = "";
        while (ReadNext(reader))
        {
            if (!reader.IsStartElement)
            {
                continue;
            }

            switch (reader.LocalName)
            {
                case "style":
                    style = Attribute(reader, "styleId") ?? "";
                    break;
                case "name" when LevelOf(Attribute(reader, Value) ?? "") is var level and > 0:
                    _headingStyles.TryAdd(style, level);
                    break;
                case "outlineLvl" when OutlineLevel(reader) is var level and > 0:
                    _headingStyles[style] = level;
                    break;
            }
        }
    }

    private static int LevelOf(string styleName) =>
        styleName.Equals("title", StringComparison.OrdinalIgnoreCase) ? 1
        : styleName.StartsWith("heading ", StringComparison.OrdinalIgnoreCase) && styleName is [.., >= '1' and <= '9' and var digit] ? digit - '0'
        : 0;

    /// <summary>0 is the highest, and 9 is body text; ours begin with 1, and 0 is none.</summary>
    private static int OutlineLevel(OpenXmlPartReader reader) => Attribute(reader, Value) is [>= '0' and <= '8' and var digit] ? digit - '0' + 1 : 0;

    private void ReadBody(MainDocumentPart part)
    {
        using var reader = new OpenXmlPartReader(part);
        while (ReadNext(reader))
        {
            if (reader.IsStartElement)
            {
                Enter(reader);
            }

            if (reader.IsEndElement)
            {
                Leave(reader.LocalName);
            }
        }
    }

    private void Enter(OpenXmlPartReader reader)
    {
        switch (reader.LocalName)
        {
            case "pStyle" when _cells == 0 && _headingStyles.TryGetValue(Attribute(reader, Value) ?? "", out var level):
                text.BeginHeading(level);
                _isHeading = true;
                break;
            case "outlineLvl" when _cells == 0 && !_isHeading && OutlineLevel(reader) is var level and > 0:
                text.BeginHeading(level);
                _isHeading = true;
                break;
            case "numPr" when !_isListItem && !_isHeading:
                _isListItem = true;
                text.EndLine();
                text.Append("- ");
                break;
            case "t":
                text.Append(reader.GetText());
                break;
            case "tab":
                text.Append("\t");
                break;
            case "br" or "cr":
                text.Append(" ");
                break;
            case "tr":
                _cells = 0;
                break;
            case "tc" when _cells++ > 0:
                text.AppendInline(" ");
                text.Append("| ");
                break;
            case "Fallback":
                // What an older Word shows in place of the same thing.
                reader.Skip();
                break;
        }
    }

    private void Leave(string element)
    {
        switch (element)
        {
            case "p" when _cells > 0:
                text.AppendInline(" ");
                _isListItem = false;
                break;
            case "p":
                text.EndParagraph();
                (_isHeading, _isListItem) = (false, false);
                break;
            case "tr":
                text.EndLine();
                break;
            case "tbl":
                _cells = 0;
                text.EndParagraph();
                break;
        }
    }

    private static bool ReadNext(OpenXmlPartReader reader) => reader.Read()
        && (reader.Depth <= MaxDepth ? true : throw UnreadableFileException.Invalid($"The document is nested deeper than {MaxDepth}. Flatten it."));

    private static string? Attribute(OpenXmlPartReader reader, string name)
    {
        foreach (var attribute in reader.Attributes)
        {
            if (attribute.LocalName == name)
            {
                return attribute.Value;
            }
        }

        return null;
    }
}
