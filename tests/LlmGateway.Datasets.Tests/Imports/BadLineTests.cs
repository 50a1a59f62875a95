using System.Globalization;
using System.Text;
using LlmGateway.Datasets.Tests.Files;
using LlmGateway.Datasets.Tests.Stores;
using LlmGateway.Datasets.Tests.Versions;
using Microsoft.Extensions.Time.Testing;

namespace LlmGateway.Datasets.Tests.Imports;

public sealed class EmbeddedBadLineTests : BadLineTests
{
    protected override ValueTask<TestStore> OpenAsync() => ValueTask.FromResult(TestStore.Embedded());
}

public sealed class PostgresBadLineTests : BadLineTests
{
    protected override async ValueTask<TestStore> OpenAsync() => await TestStore.PostgresAsync();
}

/// <summary>Lines that cannot be used, in each store: nothing is made of their file, or the caller asked for the others.</summary>
public abstract class BadLineTests
{
    private const string Skip = ""","on_error":"skip" """;

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddMicroseconds(Calls.Start));

    [Fact]
    public async Task Good_lines_are_kept_where_the_caller_says_so_and_the_report_tells_of_the_others()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var dataset = await client.DatasetAsync();
        byte[] content =
        [
            .. "{\"id\":\"a\",\"input\":\"x\"}\n"u8, .. "{\n"u8, .. "{\"input\":\"caf"u8, 0xE9, .. "\"}\n"u8,
            .. Encoding.UTF8.GetBytes(new string('x', 5 << 20)), .. "\n\n"u8, .. "{\"id\":\"a\",\"input\":\"again\"}\n"u8, .. "{\"input\":\"y\"}"u8,
        ];
        var response = await client.UploadAsync(new ByteArrayContent(content));
        var file = (await response.JsonAsync()).Text("id");
        var version = await client.PostJsonAsync($"{dataset}/versions", $$$"""{"source":{"type":"file","file_id":"{{{file}}}"{{{Skip}}}}}""");

        var lines = version.GetProperty("report").GetProperty("lines");
        Assert.Equal([6, 2, 4], new[] { "read", "kept", "refused" }.Select(name => lines.GetProperty(name).GetInt32()));
        Assert.Equal(
            ["2: not valid JSON", "3: it is not valid UTF-8: save the file as UTF-8", "4: it is longer than 4 MB", "6: the id 'a' was there before"],
            lines.GetProperty("errors").EnumerateArray().Select(error => $"{error.GetProperty("line").GetInt32()}: {error.Text("message")!.Split(" at byte")[0]}"));
        Assert.Equal("""{"bad_line":4}""", version.GetProperty("dropped").GetRawText());
        Assert.Equal(["x", "y"], (await client.ItemsAsync(dataset)).Select(item => item.Text("input")));
        Assert.Equal(version.ToString(), (await client.GetJsonAsync($"{dataset}/versions/1")).ToString());
    }

    [Fact]
    public async Task Records_of_csv_are_passed_over_alike()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var dataset = await client.DatasetAsync();
        var version = await client.ImportAsync(dataset, "text\nx\n\"two\nlines\",too many\ny\n", "csv", $$"""{{Skip}},"columns":{"input":"text"}""");
        var error = version.GetProperty("report").GetProperty("lines").GetProperty("errors")[0];
        Assert.Equal((3, "it has 2 fields, the header has 1"), (error.GetProperty("line").GetInt32(), error.Text("message")));
        Assert.Equal([2, 5], (await client.ItemsAsync(dataset)).Select(item => item.GetProperty("line").GetInt32()));
    }

    [Fact]
    public async Task A_report_lists_the_first_hundred_errors_and_counts_all()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var dataset = await client.DatasetAsync();
        var lines = string.Join('\n', Enumerable.Range(0, 300).Select(number => number % 2 == 0 ? $$"""{"input":"{{number}}"}""" : "{"));
        var report = (await client.ImportAsync(dataset, lines, "", Skip)).GetProperty("report").GetProperty("lines");

        Assert.Equal((300, 150, 150), (report.GetProperty("read").GetInt32(), report.GetProperty("kept").GetInt32(), report.GetProperty("refused").GetInt32()));
        Assert.Equal(Enumerable.Range(1, 100).Select(number => number * 2), report.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("line").GetInt32()));
    }

    [Fact]
    public async Task A_line_that_is_too_long_is_counted_as_the_other_bad_ones_are()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var error = await client.RefusedImportAsync(await client.DatasetAsync(), $$"""
            {"input":"x"}
            {
            {{new string('x', 5 << 20)}}
            {
            """, "");
        Assert.StartsWith("3 of 4 lines cannot be used, and nothing was made. line 2: ", error.Text("message"), StringComparison.Ordinal);
        Assert.Contains("line 3: it is longer than 4 MB; line 4: ", error.Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_had_the_content_already_is_told_with_what_this_import_left_out()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var dataset = await client.DatasetAsync();
        var first = await client.VersionAsync(dataset, """{"input":"x"}""");
        var second = await client.ImportAsync(dataset, "{\"input\":\"x\"}\n{\n", "", Skip);
        Assert.False(first.TryGetProperty("existing", out _));
        Assert.Equal((first.Text("id"), true, """{"bad_line":1}"""), (second.Text("id"), second.GetProperty("existing").GetBoolean(), second.GetProperty("dropped").GetRawText()));
        Assert.Equal(2, second.GetProperty("report").GetProperty("lines").GetProperty("read").GetInt32());
        Assert.Equal("{}", (await client.GetJsonAsync($"{dataset}/versions/1")).GetProperty("dropped").GetRawText());
    }

    [Fact]
    public async Task A_file_of_nothing_but_bad_lines_makes_no_version_and_leaves_nothing()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var dataset = await client.DatasetAsync();
        var error = await client.RefusedImportAsync(dataset, "{\n[]\n", "", Skip);
        Assert.Equal("no_items", error.Text("code"));
        Assert.Contains("bad_line 2", error.Text("message"), StringComparison.Ordinal);
        Assert.Equal((0, 0), await host.CountVersionsAsync());
    }

    [Fact]
    public async Task Items_of_a_first_half_are_gone_when_the_second_cannot_be_used()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var lines = string.Join('\n', Enumerable.Range(0, 1200).Select(number => $$"""{"input":"{{number.ToString(CultureInfo.InvariantCulture)}}"}""").Append("{"));
        Assert.StartsWith("1 of 1201 lines", (await client.RefusedImportAsync(await client.DatasetAsync(), lines, "")).Text("message"), StringComparison.Ordinal);
        Assert.Equal((0, 0), await host.CountVersionsAsync());
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    public async Task A_file_in_another_encoding_is_told_at_once(string encoding)
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var dataset = await client.DatasetAsync();
        var utf16 = Encoding.GetEncoding(encoding);
        byte[] content = [.. utf16.GetPreamble(), .. utf16.GetBytes("{\"input\":\"x\"}\n")];
        Assert.Contains("UTF-16", (await client.RefusedImportAsync(dataset, content, "", Skip)).Text("message"), StringComparison.Ordinal);
        Assert.Contains("UTF-16", (await client.RefusedImportAsync(dataset, content, "csv", ""","columns":{"input":"input"}""")).Text("message"), StringComparison.Ordinal);
        Assert.Contains("line 1: it has a NUL", (await client.RefusedImportAsync(dataset, content[2..], "")).Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_for_something_else_is_refused_by_its_purpose()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var file = (await client.FileAsync("{\"input\":\"x\"}", "batch")).Text("id");
        var error = await client.RefusedAsync($"{await client.DatasetAsync()}/versions", $$$"""{"source":{"type":"file","file_id":"{{{file}}}"}}""");
        Assert.Equal(("source.file_id", "invalid_purpose"), (error.Text("param"), error.Text("code")));
    }

    protected abstract ValueTask<TestStore> OpenAsync();
}
