using CsvHelper;
using LlmGateway.Datasets.Tests.Stores;
using LlmGateway.Datasets.Tests.Versions;
using Microsoft.Extensions.Time.Testing;
using Parquet;

namespace LlmGateway.Datasets.Tests.Exports;

public sealed class EmbeddedTableExportTests : TableExportTests
{
    protected override ValueTask<TestStore> OpenAsync() => ValueTask.FromResult(TestStore.Embedded());
}

public sealed class PostgresTableExportTests : TableExportTests
{
    protected override async ValueTask<TestStore> OpenAsync() => await TestStore.PostgresAsync();
}

/// <summary>CSV and Parquet, read back by their libraries, in each store.</summary>
public abstract class TableExportTests
{
    private const string Lines = """
        {"id":"a","input":"one, \"two\"\nthree","reference":"ü","metadata":{"k":[1]},"split":"test"}
        {"id":"b","input":{"messages":[{"role":"user","content":"hi"}]},"reference":{"role":"assistant","content":"yo"},"rejected":"no"}
        """;

    private static readonly string?[][] Rows =
    [
        ["id", "input", "reference", "rejected", "metadata", "split"],
        ["a", "one, \"two\"\nthree", "ü", null, """{"k":[1]}""", "test"],
        ["b", """{"messages":[{"role":"user","content":"hi"}]}""", """{"role":"assistant","content":"yo"}""", "no", null, null],
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddMicroseconds(Calls.Start));

    [Fact]
    public async Task Csv_has_a_record_of_text_for_each_item()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var dataset = await client.DatasetAsync();
        await client.VersionAsync(dataset, Lines);
        using var response = await client.GetAsync($"{dataset}/versions/1/export?format=csv", Cancel);
        Assert.Equal("text/csv", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal($"{dataset.Split('/')[^1]}-v1.csv", response.Content.Headers.ContentDisposition?.FileName?.Trim('"'));

        Assert.Equal(Rows.Select(row => row.Select(field => field ?? "")), ReadCsv(await response.Content.ReadAsStringAsync(Cancel)));
        Assert.Equal(Rows[0], Assert.Single(ReadCsv(await client.GetStringAsync($"{dataset}/versions/1/export?format=csv&split=train", Cancel))));
    }

    [Fact]
    public async Task Parquet_has_a_row_of_text_and_nulls_for_each_item()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var dataset = await client.DatasetAsync();
        await client.VersionAsync(dataset, Lines);
        using var response = await client.GetAsync($"{dataset}/versions/1/export?format=parquet&split=test", Cancel);
        Assert.Equal("application/vnd.apache.parquet", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal($"{dataset.Split('/')[^1]}-v1-test.parquet", response.Content.Headers.ContentDisposition?.FileName?.Trim('"'));
        Assert.Equal(Rows[..2], (await ReadParquetAsync(await response.Content.ReadAsByteArrayAsync(Cancel))).Rows);

        Assert.Equal(Rows, (await ReadParquetAsync(await client.GetByteArrayAsync($"{dataset}/versions/1/export?format=parquet", Cancel))).Rows);
        Assert.Equal([Rows[0]], (await ReadParquetAsync(await client.GetByteArrayAsync($"{dataset}/versions/1/export?format=parquet&split=train", Cancel))).Rows);
    }

    [Fact]
    public async Task A_large_version_is_written_in_groups()
    {
        const int Count = 10_300;
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var dataset = await client.DatasetAsync();
        await client.VersionAsync(dataset, string.Join('\n', Enumerable.Range(0, Count).Select(number => $$"""{"id":"{{number}}","input":"question {{number}}"}""")));

        var (rows, groups) = await ReadParquetAsync(await client.GetByteArrayAsync($"{dataset}/versions/1/export?format=parquet", Cancel));
        Assert.Equal((Count + 1, 2), (rows.Length, groups));
        Assert.Equal(Enumerable.Range(0, Count).Select(number => $"question {number}"), rows.Skip(1).Select(row => row[1]));
        Assert.Equal(Count + 1, ReadCsv(await client.GetStringAsync($"{dataset}/versions/1/export?format=csv", Cancel)).Count);
    }

    protected abstract ValueTask<TestStore> OpenAsync();

    private static List<string[]> ReadCsv(string text)
    {
        using var reader = CsvReader.FromText(text, new CsvReaderOptions { Separator = ',', HasHeader = false, MalformedData = CsvMalformedDataHandling.Throw });
        List<string[]> rows = [];
        while (reader.Read())
        {
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)]);
        }

        return rows;
    }

    /// <summary>The names of the columns, and all rows.</summary>
    private static async Task<(string?[][] Rows, int Groups)> ReadParquetAsync(byte[] content)
    {
        await using var reader = await ParquetReader.CreateAsync(new MemoryStream(content), cancellationToken: Cancel);
        var fields = reader.Schema.GetDataFields();
        List<string?[]> rows = [[.. fields.Select(field => field.Name)]];
        for (var index = 0; index < reader.RowGroupCount; index++)
        {
            using var group = reader.OpenRowGroupReader(index);
            List<string?[]> columns = [];
            foreach (var field in fields)
            {
                var values = new string?[group.RowCount];
                await group.ReadAsync(field, values.AsMemory()!, null, Cancel);
                columns.Add(values);
            }

            rows.AddRange(Enumerable.Range(0, (int)group.RowCount).Select(row => columns.Select(column => column[row]).ToArray()));
        }

        return ([.. rows], reader.RowGroupCount);
    }
}
