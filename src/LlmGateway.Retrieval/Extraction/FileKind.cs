using System.Text;

namespace LlmGateway.Retrieval.Extraction;

/// <summary>What a file is. Its first bytes decide; its name only where they do not tell.</summary>
internal enum FileKind
{
    /// <summary>Text, Markdown and source code, taken as it is.</summary>
    Text,
    Html,
    Json,
    Csv,
    Word,
    Pdf,
}

internal static class FileKinds
{
    /// <summary>How much of a file's beginning tells what it is.</summary>
    public const int HeadBytes = 1024;

    public const string Readable = "text, Markdown, HTML, JSON, JSONL, CSV, docx and PDF";

    /// <summary>Formats that are met often and not read, by their first bytes.</summary>
    private static readonly (byte[] Magic, string Message)[] Others =
    [
        ([0xd0, 0xcf, 0x11, 0xe0], "The file is protected by a password, or of an old version of Office. Save it as .docx without a password."),
        ("{\\rtf"u8.ToArray(), "RTF cannot be read. Save it as .docx."),
        ([0x89, (byte)'P', (byte)'N', (byte)'G'], "A PNG image has no text. Recognise its text first (OCR), and add that."),
        ([0xff, 0xd8, 0xff], "A JPEG image has no text. Recognise its text first (OCR), and add that."),
        ("GIF8"u8.ToArray(), "A GIF image has no text. Recognise its text first (OCR), and add that."),
        ([0x1f, 0x8b], "A compressed file cannot be read. Unpack it, and add what is in it."),
        ([(byte)'7', (byte)'z', 0xbc, 0xaf], "An archive cannot be read. Unpack it, and add the files that are in it."),
        ("Rar!"u8.ToArray(), "An archive cannot be read. Unpack it, and add the files that are in it."),
    ];

    /// <param name="name">The file's name.</param>
    /// <param name="head">Its first <see cref="HeadBytes"/> bytes, or all that there are.</param>
    /// <exception cref="UnreadableFileException">It is of a kind that is not read, or not what its name says.</exception>
    public static FileKind Tell(string name, ReadOnlySpan<byte> head)
    {
        if (head.IndexOf("%PDF-"u8) >= 0)
        {
            return FileKind.Pdf;
        }

        // A zip; whether it is Word's, its parts tell.
        if (head.StartsWith("PK\x3\x4"u8))
        {
            return FileKind.Word;
        }

        foreach (var (magic, message) in Others)
        {
            if (head.StartsWith(magic))
            {
                throw UnreadableFileException.Unsupported(message);
            }
        }

        return TellText(Path.GetExtension(name).ToLowerInvariant(), head);
    }

    private static FileKind TellText(string ending, ReadOnlySpan<byte> head)
    {
        if (!LooksLikeText(head))
        {
            throw ending is ".pdf" or ".docx"
                ? UnreadableFileException.Invalid($"The file is named {ending}, but is no such file: it is damaged or wrongly named. Open it where it was made, and save it anew.")
                : UnreadableFileException.Unsupported($"The file is not text in UTF-8, and none of the formats that are read: {Readable}. Convert it to one of them.");
        }

        var beginning = Encoding.UTF8.GetString(head).TrimStart('\uFEFF', ' ', '\t', '\r', '\n');
        return ending switch
        {
            ".html" or ".htm" or ".xhtml" => FileKind.Html,
            ".json" or ".jsonl" or ".ndjson" => FileKind.Json,
            ".csv" or ".tsv" => FileKind.Csv,
            _ when StartsWith(beginning, "<!doctype html") || StartsWith(beginning, "<html") => FileKind.Html,
            _ => FileKind.Text,
        };
    }

    private static bool StartsWith(string text, string start) => text.StartsWith(start, StringComparison.OrdinalIgnoreCase);

    /// <summary>No control characters, or a mark that says UTF-16; whether all of it is well formed shows when it is read.</summary>
    private static bool LooksLikeText(ReadOnlySpan<byte> head) =>
        head.StartsWith(Encoding.Unicode.Preamble) || head.StartsWith(Encoding.BigEndianUnicode.Preamble) || !head.ContainsAnyInRange((byte)0, (byte)8);
}
