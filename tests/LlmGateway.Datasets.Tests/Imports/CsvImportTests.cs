using System.Text;
using LlmGateway.Datasets.Tests.Stores;
using LlmGateway.Datasets.Tests.Versions;

namespace LlmGateway.Datasets.Tests.Imports;

/// <summary>CSV as RFC 4180 has it, with columns that the caller names.</summary>
public sealed class CsvImportTests(SharedHost host) : IClassFixture<SharedHost>
{
    private const string TextAndCategory = ""","columns":{"input":"text","reference":"category"}""";

    [Fact]
    public async Task Columns_become_what_the_caller_says()
    {
        var client = host.NewProject();
        var dataset = await client.DatasetAsync();
        await client.ImportAsync(
            dataset,
            """
            no,text,category,worse,part,team,lang
            q1,Wo ist mein Geld?,refund,card,test,red,de
            q2,Where is my card?,,,,blue,
            """,
            "csv",
            ""","columns":{"id":"no","input":"text","reference":"category","rejected":"worse","split":"part","metadata":{"squad":"team","language":"lang"}}""");

        Assert.Equal(
            [
                """{"id":"q1","input":"Wo ist mein Geld?","reference":"refund","metadata":{"squad":"red","language":"de"},"split":"test","rejected":"card"}""",
                """{"id":"q2","input":"Where is my card?","reference":null,"metadata":{"squad":"blue"},"split":null}""",
            ],
            await client.ExportAsync(dataset, "latest", "format=items"));
    }

    [Fact]
    public async Task Quoted_fields_hold_delimiters_quotes_and_line_breaks_and_items_know_their_line()
    {
        var client = host.NewProject();
        var dataset = await client.DatasetAsync();
        var csv = "\uFEFFtext,category\r\n\"I waited, \"\"a week\"\"\",a\r\n\r\n\"two\r\nlines\n\",b\r\nünï \U0001F4B3,c";
        await client.ImportAsync(dataset, csv, "csv", TextAndCategory);

        var items = await client.ItemsAsync(dataset);
        Assert.Equal(["I waited, \"a week\"", "two\r\nlines\n", "ünï \U0001F4B3"], items.Select(item => item.Text("input")));
        Assert.Equal([2, 4, 7], items.Select(item => item.GetProperty("line").GetInt32()));
    }

    [Theory]
    [InlineData(";", ";")]
    [InlineData("\\t", "\t")]
    public async Task Another_delimiter_is_asked_for(string written, string delimiter)
    {
        var client = host.NewProject();
        var dataset = await client.DatasetAsync();
        await client.ImportAsync(dataset, $"text{delimiter}category\na,b{delimiter}c\n", "csv", $$""","delimiter":"{{written}}","columns":{"input":"text","metadata":["category"]}""");
        var item = (await client.ItemsAsync(dataset))[0];
        Assert.Equal(("a,b", "c"), (item.Text("input"), item.GetProperty("metadata").Text("category")));
    }

    [Theory]
    [InlineData("x", "line 3: it has 1 fields, the header has 2")]
    [InlineData("x,y,z", "line 3: it has 3 fields, the header has 2")]
    [InlineData(",y", "line 3: the column of 'input' is empty")]
    [InlineData("x\"y\",z", "line 3: a quote stands where none may")]
    [InlineData("\"x\"y,z", "line 3: a quote stands where none may")]
    [InlineData("x\0,y", "line 3: it has a NUL")]
    public async Task A_bad_record_is_told_by_the_line_it_begins_in(string record, string complaint)
    {
        var client = host.NewProject();
        var dataset = await client.DatasetAsync();
        var error = await client.RefusedImportAsync(dataset, $"text,category\ngood,a\n{record}\nalso good,b\n", "csv", TextAndCategory);
        Assert.Equal(("source.file_id", "invalid_file"), (error.Text("param"), error.Text("code")));
        Assert.StartsWith("1 of 3 lines cannot be used, and nothing was made.", error.Text("message"), StringComparison.Ordinal);
        Assert.Contains(complaint, error.Text("message"), StringComparison.Ordinal);
        Assert.Empty((await client.GetJsonAsync($"{dataset}/versions")).Ids());
    }

    [Fact]
    public async Task Bytes_that_are_no_utf8_are_told_by_their_line()
    {
        var client = host.NewProject();
        var error = await client.RefusedImportAsync(await client.DatasetAsync(), Encoding.Latin1.GetBytes("text,category\nfine,a\ncafé,b\n"), "csv", TextAndCategory);
        Assert.Contains("line 3: it is not valid UTF-8", error.Text("message"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(""","on_error":"skip" """)]
    public async Task A_quote_that_is_never_closed_is_told_also_where_bad_records_are_passed_over(string onError)
    {
        var client = host.NewProject();
        var dataset = await client.DatasetAsync();
        var small = await client.RefusedImportAsync(dataset, "text,category\nfine,a\n\"open,b\nmore,c\n", "csv", onError + TextAndCategory);
        Assert.StartsWith("Line 3: a quote is opened and not closed", small.Text("message"), StringComparison.Ordinal);

        var large = await client.RefusedImportAsync(dataset, $"text,category\nfine,a\n\"open,b\n{string.Concat(Enumerable.Repeat("more,c\n", 1 << 20))}", "csv", onError + TextAndCategory);
        Assert.StartsWith("Line 3: a record of more than 4 MB", large.Text("message"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("body,category", "source.columns.input")]
    [InlineData("text,label", "source.columns.reference")]
    [InlineData("text,category,text", "source.columns.input")]
    public async Task A_column_that_is_not_there_once_is_named(string header, string param)
    {
        var client = host.NewProject();
        var error = await client.RefusedImportAsync(await client.DatasetAsync(), $"{header}\nx,y\n", "csv", TextAndCategory);
        Assert.Equal(param, error.Text("param"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("text,category\n")]
    public async Task A_file_without_records_makes_no_version(string rest)
    {
        var client = host.NewProject();
        Assert.Equal("no_items", (await client.RefusedImportAsync(await client.DatasetAsync(), $"\n{rest}", "csv", TextAndCategory)).Text("code"));
    }
}
