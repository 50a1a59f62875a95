using System.IO.Compression;
using System.Text;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Wordprocessing;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Fonts.Standard14Fonts;
using UglyToad.PdfPig.Writer;

namespace LlmGateway.Retrieval.Tests.Extraction;

/// <summary>Makes documents as real programs write them, and as nobody should.</summary>
internal static class Documents
{
    /// <param name="lines">Each line's text, size in points and distance from the line before in points.</param>
    public static byte[] Pdf(params (string Text, double Size, double Down)[] lines)
    {
        var builder = new PdfDocumentBuilder();
        var page = builder.AddPage(UglyToad.PdfPig.Content.PageSize.A4);
        var font = builder.AddStandard14Font(Standard14Font.Helvetica);
        var y = 800.0;
        foreach (var (text, size, down) in lines)
        {
            y -= down;
            page.AddText(text, size, new PdfPoint(50, y), font);
        }

        return builder.Build();
    }

    /// <summary>A PDF of one page whose content is packed as it is given.</summary>
    /// <param name="content">The page's content, packed by deflate.</param>
    /// <param name="trailer">Further entries of its trailer.</param>
    public static byte[] RawPdf(byte[] content, string trailer = "")
    {
        using var pdf = new MemoryStream();
        var offsets = new List<long>();
        Write("%PDF-1.7\n");
        Add("<< /Type /Catalog /Pages 2 0 R >>");
        Add("<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
        Add("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << >> >>");
        offsets.Add(pdf.Position);
        Write($"4 0 obj\n<< /Length {content.Length} /Filter /FlateDecode >>\nstream\n");
        pdf.Write(content);
        Write("\nendstream\nendobj\n");
        var start = pdf.Position;
        Write($"xref\n0 {offsets.Count + 1}\n0000000000 65535 f \n{string.Concat(offsets.Select(offset => $"{offset:0000000000} 00000 n \n"))}");
        Write($"trailer\n<< /Size {offsets.Count + 1} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n");
        return pdf.ToArray();

        void Write(string text) => pdf.Write(Encoding.Latin1.GetBytes(text));

        void Add(string text)
        {
            offsets.Add(pdf.Position);
            Write($"{offsets.Count} 0 obj\n{text}\nendobj\n");
        }
    }

    public static byte[] Zeros(int bytes)
    {
        using var packed = new MemoryStream();
        using (var deflate = new ZLibStream(packed, CompressionLevel.Fastest))
        {
            var block = new byte[1 << 20];
            for (var written = 0; written < bytes; written += block.Length)
            {
                deflate.Write(block);
            }
        }

        return packed.ToArray();
    }

    /// <summary>A Word document by Word's own library.</summary>
    public static byte[] Word(params OpenXmlElement[] body)
    {
        using var stream = new MemoryStream();
        using (var document = WordprocessingDocument.Create(stream, WordprocessingDocumentType.Document))
        {
            var main = document.AddMainDocumentPart();
            main.Document = new Document(new Body(body));
            var styles = main.AddNewPart<StyleDefinitionsPart>();
            styles.Styles = new Styles(
                new Style(new StyleName { Val = "heading 1" }) { StyleId = "berschrift1", Type = StyleValues.Paragraph },
                new Style(new StyleName { Val = "Clause" }, new StyleParagraphProperties(new OutlineLevel { Val = 1 })) { StyleId = "clause", Type = StyleValues.Paragraph });
        }

        return stream.ToArray();
    }

    public static Paragraph Paragraph(string text, string? style = null, bool isListItem = false)
    {
        var properties = new ParagraphProperties();
        if (style is not null)
        {
            properties.Append(new ParagraphStyleId { Val = style });
        }

        if (isListItem)
        {
            properties.Append(new NumberingProperties(new NumberingId { Val = 1 }));
        }

        return new Paragraph(properties, new Run(new DocumentFormat.OpenXml.Wordprocessing.Text(text) { Space = SpaceProcessingModeValues.Preserve }));
    }

    /// <summary>An archive of the parts that are given.</summary>
    public static byte[] Zip(params (string Name, byte[] Content)[] parts)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in parts)
            {
                using var entry = archive.CreateEntry(name, CompressionLevel.Fastest).Open();
                entry.Write(content);
            }
        }

        return stream.ToArray();
    }

    /// <summary>A Word document whose main part is given.</summary>
    public static byte[] RawWord(string body) => Zip(
        ("[Content_Types].xml", Utf8("""<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>""")),
        ("_rels/.rels", Utf8("""<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>""")),
        ("word/document.xml", Utf8($"""<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{body}</w:body></w:document>""")));

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
