using UglyToad.PdfPig;
using UglyToad.PdfPig.Exceptions;

namespace LlmGateway.Retrieval.Extraction;

/// <summary>
/// The text of a PDF in the order in which it was written. A PDF has no headings, only larger letters: short lines in them are taken
/// for headings, the largest for the highest.
/// </summary>
internal static class PdfText
{
    /// <summary>How much larger than the document's usual letters a heading's are.</summary>
    private const double HeadingRatio = 1.15;
    private const int LongestHeading = 200;

    /// <summary>How deep its objects may be nested.</summary>
    private const int MaxDepth = 128;

    /// <exception cref="UnreadableFileException">It is encrypted, damaged, or has too much text.</exception>
    public static void Read(Stream content, ExtractedText text, CancellationToken cancellationToken)
    {
        try
        {
            using var document = PdfDocument.Open(
                content, new ParsingOptions { UseLenientParsing = true, SkipMissingFonts = true, MaxStackDepth = MaxDepth, FilterProvider = new BoundedPdfFilters(cancellationToken) });
            Write(ReadLines(document, cancellationToken), text);
        }
        catch (PdfDocumentEncryptedException)
        {
            throw UnreadableFileException.Invalid("The PDF is protected by a password. Save it without one.");
        }
        catch (Exception exception) when (exception is not (UnreadableFileException or OperationCanceledException))
        {
            // The library lets out whatever a damaged file brought about in it.
            throw UnreadableFileException.Invalid("The PDF is damaged. Open it where it was made, and save it anew.");
        }
    }

    private static List<PdfLine> ReadLines(PdfDocument document, CancellationToken cancellationToken)
    {
        var lines = new PdfLines();
        foreach (var page in document.GetPages())
        {
            cancellationToken.ThrowIfCancellationRequested();
            lines.Add(page.Letters);
        }

        return lines.Finish();
    }

    private static void Write(List<PdfLine> lines, ExtractedText text)
    {
        if (lines.Count == 0)
        {
            return;
        }

        var usual = lines.GroupBy(line => line.Size).MaxBy(group => group.Sum(line => line.Text.Length))!.Key;
        var sizes = lines.Where(line => IsHeading(line, usual)).Select(line => line.Size).Distinct().OrderDescending().ToList();
        PdfLine? before = null;
        foreach (var line in lines)
        {
            var level = IsHeading(line, usual) ? sizes.IndexOf(line.Size) + 1 : 0;
            if (level > 0)
            {
                WriteHeading(line, before, level, text);
            }
            else
            {
                WriteLine(line, before, before is not null && IsHeading(before, usual), text);
            }

            before = line;
        }

        text.EndParagraph();
    }

    private static bool IsHeading(PdfLine line, double usual) => line.Size > usual * HeadingRatio && line.Text.Length <= LongestHeading && line.Text.Any(char.IsLetter);

    /// <summary>A heading may have several lines.</summary>
    private static void WriteHeading(PdfLine line, PdfLine? before, int level, ExtractedText text)
    {
        if (before?.Size == line.Size && !line.BeginsParagraph)
        {
            text.AppendInline(" ");
        }
        else
        {
            text.BeginHeading(level);
        }

        text.AppendInline(line.Text);
    }

    private static void WriteLine(PdfLine line, PdfLine? before, bool isBelowHeading, ExtractedText text)
    {
        if (before is null || line.BeginsParagraph || isBelowHeading)
        {
            text.EndParagraph();
        }
        else if (!text.JoinDividedWord(line.Text[0]))
        {
            text.EndLine();
        }

        text.Append(line.Text);
    }
}
