using System.Text;
using DocumentFormat.OpenXml.Wordprocessing;
using LlmGateway.Retrieval.Extraction;

namespace LlmGateway.Retrieval.Tests.Extraction;

public sealed class FileTextTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_pages_text_keeps_headings_lists_tables_and_code_and_leaves_out_what_is_not_shown()
    {
        const string Html = """
            <!DOCTYPE html><html><head><title>No</title><style>p { color: red }</style></head><body>
            <script>alert("no")</script><h1>The   <em>guide</em></h1><p>One
            <b>two</b>&nbsp;three.</p><div>Apart<br>here</div>
            <ul><li>first<li>second <a href="/x">link</a></ul>
            <table><tr><th>Name</th><th>Age</th></tr><tr><td>Ann</td><td>30</td></tr></table>
            <h3>Code</h3><pre>if (x)
              # comment</pre><img alt="A cat"><p>caf&eacute; &lt;tag&gt;</body></html>
            """;
        Assert.Equal(
            "# The guide\n\nOne two three.\n\nApart\nhere\n\n- first\n- second link\n\nName | Age\nAnn | 30\n\n### Code\n\n```\nif (x)\n  # comment\n```\n\nA cat\n\ncafé <tag>\n\n",
            await ReadAsync("page.html", Html));
        Assert.Equal("# The guide", (await ReadAsync("no-ending", Html)).Split('\n')[0]);
    }

    [Fact]
    public async Task A_page_is_read_in_the_encoding_that_it_declares() => Assert.Equal(
        "Åre är en ort\n\n", await ReadAsync("page.htm", Encoding.Latin1.GetBytes("<meta charset=\"iso-8859-1\"><p>Åre är en ort</p>")));

    [Fact]
    public async Task A_word_document_keeps_headings_by_name_or_by_level_lists_and_tables()
    {
        var table = new Table(Row("Name", "Age"), Row("Ann", "30"));
        var document = Documents.Word(
            Documents.Paragraph("The guide", "berschrift1"), Documents.Paragraph("First words."), Documents.Paragraph("Clause 1", "clause"),
            Documents.Paragraph("one", isListItem: true), Documents.Paragraph("two", isListItem: true), table, Documents.Paragraph("Last words."));
        const string Text = "# The guide\n\nFirst words.\n\n## Clause 1\n\n- one\n\n- two\n\nName | Age\nAnn | 30\n\nLast words.\n\n";
        Assert.Equal(Text, await ReadAsync("guide.docx", document));
        Assert.Equal(Text, await ReadAsync("wrongly-named.pdf", document));

        static TableRow Row(params string[] cells) => new(cells.Select(cell => new TableCell(Documents.Paragraph(cell))));
    }

    [Fact]
    public async Task A_pdf_keeps_headings_by_their_size_paragraphs_by_their_distance_and_words_that_a_line_divides()
    {
        var pdf = Documents.Pdf(
            ("The guide", 24, 0), ("Limits", 16, 40), ("Ten calls a second are al-", 11, 30), ("lowed for each key.", 11, 13), ("Another paragraph.", 11, 40));
        const string Text = "# The guide\n\n## Limits\n\nTen calls a second are allowed for each key.\n\nAnother paragraph.\n\n";
        Assert.Equal(Text, await ReadAsync("guide.pdf", pdf));
        Assert.Equal(Text, await ReadAsync("wrongly-named.txt", pdf));
    }

    [Fact]
    public async Task Json_is_a_line_for_each_value_and_a_paragraph_for_each_record()
    {
        Assert.Equal("name: Ann\ntags[0]: a\ntags[1]: b\nat.city: Oslo\n\nname: Bo\nok: true\n\n",
            await ReadAsync("list.json", """[{"name": "Ann", "tags": ["a", "b"], "at": {"city": "Oslo"}}, {"name": "Bo", "ok": true}]"""));
        Assert.Equal("n: 1.50\n\nn: null\n\n", await ReadAsync("lines.jsonl", "{\"n\": 1.50}\n{\"n\": null}\n"));
    }

    [Theory]
    [InlineData("people.csv", "Name,Quote\nAnn,\"She said \"\"no, never\"\"\nand left\"\n\nBo,\n")]
    [InlineData("people.csv", "Name;Quote\r\nAnn;\"She said \"\"no, never\"\"\nand left\"\r\nBo;\r\n")]
    [InlineData("people.tsv", "Name\tQuote\nAnn\tShe said \"no, never\"\nBo\t")]
    public async Task A_table_is_a_paragraph_for_each_row_with_the_columns_names(string name, string csv) => Assert.Matches(
        "^Name: Ann\nQuote: She said \"no, never\"(\nand left)?\n\nName: Bo\n\n$", await ReadAsync(name, csv));

    [Theory]
    [InlineData("notes.txt")]
    [InlineData("program.cs")]
    [InlineData("README")]
    [InlineData("really-text.pdf")]
    public async Task Text_is_taken_as_it_is_whatever_it_is_called(string name) =>
        Assert.Equal("# Heading\r\n\ttext — 🦊", await ReadAsync(name, "# Heading\r\n\ttext — 🦊"));

    [Fact]
    public async Task The_mark_of_an_encoding_is_obeyed_and_left_out()
    {
        Assert.Equal("Grüße", await ReadAsync("a.txt", [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes("Grüße")]));
        Assert.Equal("Grüße", await ReadAsync("a.txt", [.. Encoding.BigEndianUnicode.Preamble, .. Encoding.BigEndianUnicode.GetBytes("Grüße")]));
        Assert.Equal("Grüße", await ReadAsync("a.txt", [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes("Grüße")]));
    }

    [Fact]
    public async Task What_no_databases_text_holds_is_replaced() =>
        Assert.Equal("a: x\uFFFDy\n\n", await ReadAsync("nul.json", """{"a": "x\u0000y"}"""));

    private static Task<string> ReadAsync(string name, string content) => ReadAsync(name, Documents.Utf8(content));

    private static async Task<string> ReadAsync(string name, byte[] content) =>
        await FileText.ReadAsync(name, new MemoryStream(content), Patience, TestContext.Current.CancellationToken);
}
