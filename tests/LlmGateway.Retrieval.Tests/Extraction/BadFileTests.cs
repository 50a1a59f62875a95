using System.Text;
using LlmGateway.Retrieval.Extraction;

namespace LlmGateway.Retrieval.Tests.Extraction;

public sealed class BadFileTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static TheoryData<string, byte[], string, string> Unreadable() => new()
    {
        { "empty.txt", [], "invalid_file", "empty" },
        { "blank.md", Documents.Utf8(" \n\t\n"), "invalid_file", "no text" },
        { "photo.txt", [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10], "unsupported_file", "PNG" },
        { "old.doc", [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0], "unsupported_file", "password" },
        { "letter.rtf", Documents.Utf8(@"{\rtf1 hello}"), "unsupported_file", ".docx" },
        { "logs.txt.gz", [0x1f, 0x8b, 8, 0], "unsupported_file", "Unpack" },
        { "program.exe", [(byte)'M', (byte)'Z', 0, 1, 2, 3], "unsupported_file", "Convert" },
        { "latin.txt", Encoding.Latin1.GetBytes("Grüße aus Köln"), "invalid_file", "UTF-8" },
        { "half.txt", [0xff, 0xfe, 0x00, 0xd8, 0x01], "invalid_file", "UTF-8" },
        { "wrong.pdf", [0, 1, 2, 3], "invalid_file", "wrongly named" },
        { "wrong.docx", [0, 1, 2, 3], "invalid_file", "wrongly named" },
        { "sheet.docx", Documents.Zip(("xl/workbook.xml", Documents.Utf8("<workbook/>"))), "unsupported_file", "no Word document" },
        { "cut.docx", Documents.Word(Documents.Paragraph("text"))[..300], "invalid_file", "damaged" },
        { "torn.docx", Documents.RawWord("<w:p><w:r><w:t>text</w:p>"), "invalid_file", "damaged" },
        { "bomb.docx", Documents.Zip(("word/document.xml", new byte[64 << 20])), "invalid_file", "unpacks" },
        { "parts.docx", Documents.Zip([.. Enumerable.Range(0, 10_001).Select(part => ($"word/{part}", Array.Empty<byte>()))]), "invalid_file", "parts" },
        { "deep.docx", Documents.RawWord(string.Concat(Enumerable.Repeat("<w:sdt>", 5000)) + string.Concat(Enumerable.Repeat("</w:sdt>", 5000))), "invalid_file", "nested" },
        { "deep.json", Documents.Utf8(new string('[', 100_000)), "invalid_file", "nested" },
        { "broken.json", Documents.Utf8("{\"a\": 1,\n\"b\": oops}"), "invalid_file", "line 2" },
        { "half.json", Documents.Utf8("""{"a": "\ud800"}"""), "invalid_file", "escape" },
        { "open.csv", Documents.Utf8("a,b\n1,\"two\n3,4\n"), "invalid_file", "line 2" },
        { "wide.csv", Documents.Utf8(new string(',', 5000)), "invalid_file", "columns" },
        { "many.html", Documents.Utf8(string.Concat(Enumerable.Repeat("<b></b>", 300_001))), "invalid_file", "elements" },
        { "cut.pdf", Documents.Pdf(("text", 11, 0))[..120], "invalid_file", "damaged" },
        { "scan.pdf", Documents.Pdf(), "invalid_file", "OCR" },
        { "bomb.pdf", Documents.RawPdf(Documents.Zeros(80 << 20)), "invalid_file", "" },
        { "secret.pdf", Documents.RawPdf([], $"/Encrypt << /Filter /Standard /V 1 /R 2 /P -1 /O <{new string('1', 64)}> /U <{new string('2', 64)}> >> /ID [<01> <01>]"), "invalid_file", "password" },
    };

    [Theory]
    [MemberData(nameof(Unreadable), DisableDiscoveryEnumeration = true)]
    public async Task It_fails_with_a_reason_that_says_what_to_do(string name, byte[] content, string code, string reason)
    {
        var failure = await Assert.ThrowsAsync<UnreadableFileException>(() => ReadAsync(name, content));
        Assert.Equal(code, failure.Code);
        Assert.Contains(reason, failure.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("<div>")]
    [InlineData("<b>")]
    [InlineData("<table><tr><td>")]
    public async Task A_page_that_is_nested_without_end_overflows_nothing(string element) =>
        Assert.Contains("deep", await ReadOrRefuseAsync("deep.html", string.Concat(Enumerable.Repeat(element, 3000)) + "deep"));

    [Fact]
    public async Task A_text_that_is_too_long_is_refused_before_it_is_all_in_memory()
    {
        var failure = await Assert.ThrowsAsync<UnreadableFileException>(
            () => ReadAsync("long.txt", Enumerable.Repeat((byte)'a', ExtractedText.MaxCharacters + 1).ToArray()));
        Assert.Contains("Split it", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_takes_too_long_is_given_up()
    {
        using var stuck = new StuckStream();
        var failure = await Assert.ThrowsAsync<UnreadableFileException>(
            () => FileText.ReadAsync("stuck.txt", stuck, TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken));
        Assert.Contains("ExtractionTimeout", failure.Message, StringComparison.Ordinal);
    }

    private static async Task<string> ReadOrRefuseAsync(string name, string content) => await ReadAsync(name, Documents.Utf8(content));

    private static Task<string> ReadAsync(string name, byte[] content) =>
        FileText.ReadAsync(name, new MemoryStream(content), Patience, TestContext.Current.CancellationToken);

    /// <summary>Gives nothing until it is disposed.</summary>
    private sealed class StuckStream : MemoryStream
    {
        private readonly ManualResetEventSlim _disposed = new();

        public override int Read(Span<byte> buffer)
        {
            _disposed.Wait();
            return 0;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        protected override void Dispose(bool disposing)
        {
            _disposed.Set();
            base.Dispose(disposing);
        }
    }
}
