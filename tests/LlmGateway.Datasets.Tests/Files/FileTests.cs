using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using LlmGateway.Datasets.Files;
using LlmGateway.Datasets.Retention;
using LlmGateway.Datasets.Tests.Stores;
using LlmGateway.Service;
using LlmGateway.TestKit;
using Microsoft.Extensions.Time.Testing;

namespace LlmGateway.Datasets.Tests.Files;

public sealed class EmbeddedFileTests : FileTests
{
    protected override ValueTask<TestStore> OpenAsync() => ValueTask.FromResult(TestStore.Embedded());
}

public sealed class PostgresFileTests : FileTests
{
    protected override async ValueTask<TestStore> OpenAsync() => await TestStore.PostgresAsync();
}

/// <summary>Files in each store.</summary>
public abstract class FileTests
{
    private const string Lines = "{\"a\":1}\n{\"a\":2}\n";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddMicroseconds(Calls.Start));

    [Fact]
    public async Task A_file_comes_back_as_it_was_sent_with_its_description()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var file = await (await client.UploadAsync(new StringContent(Lines), "übung.jsonl")).JsonAsync();

        Assert.StartsWith("file-", file.Text("id"), StringComparison.Ordinal);
        Assert.Equal(("file", "fine-tune", "processed", "übung.jsonl"), (file.Text("object"), file.Text("purpose"), file.Text("status"), file.Text("filename")));
        Assert.Equal((Lines.Length, 1_767_323_045), (file.GetProperty("bytes").GetInt64(), file.GetProperty("created_at").GetInt64()));
        Assert.False(file.TryGetProperty("expires_at", out _));
        Assert.Equal(file.ToString(), (await client.GetJsonAsync($"/v1/files/{file.Text("id")}")).ToString());
        Assert.Equal(Lines, await client.GetStringAsync($"/v1/files/{file.Text("id")}/content", Cancel));
    }

    [Fact]
    public async Task A_large_file_passes_through_and_any_range_of_it_can_be_read()
    {
        const long Length = (5 << 20) + 7;
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var file = await (await client.UploadAsync(new MadeContent(Length))).JsonAsync();
        var url = $"/v1/files/{file.Text("id")}/content";
        var expected = Enumerable.Range(0, (int)Length).Select(place => MadeContent.At(place)).ToArray();
        Assert.Equal(Length, file.GetProperty("bytes").GetInt64());

        using var whole = await client.GetAsync(url, Cancel);
        Assert.Equal($"\"{Convert.ToHexStringLower(SHA256.HashData(expected))}\"", whole.Headers.ETag?.Tag);
        Assert.True((await whole.Content.ReadAsByteArrayAsync(Cancel)).AsSpan().SequenceEqual(expected));
        foreach (var (from, to) in new[] { (0L, 0L), ((1 << 20) - 3, (2 << 20) + 3), (Length - 5, Length - 1) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url) { Headers = { Range = new RangeHeaderValue(from, to) } };
            using var part = await client.SendAsync(request, Cancel);
            Assert.Equal((HttpStatusCode.PartialContent, Length), (part.StatusCode, part.Content.Headers.ContentRange?.Length));
            Assert.Equal(expected[(int)from..((int)to + 1)], await part.Content.ReadAsByteArrayAsync(Cancel));
        }
    }

    [Theory]
    [InlineData("bytes=-3", HttpStatusCode.PartialContent, "2}\n")]
    [InlineData("bytes=12-", HttpStatusCode.PartialContent, ":2}\n")]
    [InlineData("bytes=0-999", HttpStatusCode.PartialContent, Lines)]
    [InlineData("bytes=16-", HttpStatusCode.RequestedRangeNotSatisfiable, "")]
    public async Task A_range_may_count_from_the_end_and_one_beyond_it_cannot_be_satisfied(string range, HttpStatusCode status, string content)
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var file = await client.FileAsync(Lines);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/files/{file.Text("id")}/content") { Headers = { { "Range", range } } };
        using var response = await client.SendAsync(request, Cancel);

        Assert.Equal((status, content), (response.StatusCode, await response.Content.ReadAsStringAsync(Cancel)));
        Assert.Equal(Lines.Length, response.Content.Headers.ContentRange?.Length);
    }

    [Fact]
    public async Task Files_are_listed_newest_first_by_purpose_and_over_pages()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        List<string> ids = [];
        foreach (var purpose in new[] { "evals", "fine-tune", "evals", "evals" })
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            ids.Insert(0, (await client.FileAsync(Lines, purpose)).Text("id")!);
        }

        Assert.Equal(ids, (await client.GetJsonAsync("/v1/files")).Ids());
        Assert.Equal([ids[2]], (await client.GetJsonAsync("/v1/files?purpose=fine-tune")).Ids());
        var page = await client.GetJsonAsync("/v1/files?purpose=evals&limit=2&order=asc");
        Assert.Equal([ids[3], ids[1]], page.Ids());
        Assert.True(page.GetProperty("has_more").GetBoolean());
        Assert.Equal([ids[0]], (await client.GetJsonAsync($"/v1/files?purpose=evals&order=asc&after={page.Text("last_id")}")).Ids());
    }

    [Fact]
    public async Task A_deleted_file_is_gone_with_its_content()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var id = (await client.FileAsync(Lines)).Text("id");

        var deleted = await (await client.DeleteAsync($"/v1/files/{id}", Cancel)).JsonAsync();
        Assert.Equal((id, "file", true), (deleted.Text("id"), deleted.Text("object"), deleted.GetProperty("deleted").GetBoolean()));
        foreach (var path in new[] { $"/v1/files/{id}", $"/v1/files/{id}/content" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(path, Cancel)).StatusCode);
        }

        Assert.Empty(await ContentsAsync(host));
    }

    [Fact]
    public async Task A_file_that_has_expired_is_gone_at_once_and_its_content_a_day_later_at_most()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var file = await client.FileAsync(Lines, "fine-tune", ("expires_after[anchor]", "created_at"), ("expires_after[seconds]", "3600"));
        var batch = await client.FileAsync(Lines, "batch");
        Assert.Equal(3600, file.GetProperty("expires_at").GetInt64() - file.GetProperty("created_at").GetInt64());
        Assert.Equal(30 * 24 * 3600, batch.GetProperty("expires_at").GetInt64() - batch.GetProperty("created_at").GetInt64());

        _clock.Advance(TimeSpan.FromHours(1));
        // A token lives for a minute.
        client = host.For("proj_a");
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"/v1/files/{file.Text("id")}", Cancel)).StatusCode);
        Assert.Equal([batch.Text("id")], (await client.GetJsonAsync("/v1/files")).Ids());

        _clock.Advance(TimeSpan.FromDays(1));
        await host.Service<LogUpkeep>().RunOnceAsync(Cancel);
        Assert.Equal([batch.Text("id")!], await ContentsAsync(host));
    }

    [Fact]
    public async Task An_upload_that_breaks_off_leaves_nothing()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var breaks = new TaskCompletionSource();
        var upload = client.UploadAsync(new MadeContent(3 << 20, breaks.Task));
        await Eventually.TrueAsync(async _ => (await ContentsAsync(host)).Count == 1, "the content to be begun", cancellationToken: Cancel);
        breaks.SetResult();
        await Assert.ThrowsAsync<HttpRequestException>(() => upload);

        Assert.Empty((await client.GetJsonAsync("/v1/files")).Ids());
        await Eventually.TrueAsync(async _ => (await ContentsAsync(host)).Count == 0, "the content that was begun to be deleted", cancellationToken: Cancel);
    }

    [Fact]
    public async Task What_a_killed_process_left_is_swept_and_an_upload_under_way_is_not()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var orphan = RowIds.New(StoredFile.IdPrefix, _clock.GetUtcNow());
        await host.Service<IFileStore>().WriteAsync(orphan, new MemoryStream(Encoding.UTF8.GetBytes(Lines)), Cancel);
        _clock.Advance(TimeSpan.FromHours(23));
        var young = RowIds.New(StoredFile.IdPrefix, _clock.GetUtcNow());
        await host.Service<IFileStore>().WriteAsync(young, new MemoryStream(Encoding.UTF8.GetBytes(Lines)), Cancel);
        _clock.Advance(TimeSpan.FromSeconds(1));
        var whole = (await host.For("proj_a").FileAsync(Lines)).Text("id")!;
        await host.Service<LogUpkeep>().RunOnceAsync(Cancel);
        Assert.Contains(orphan, await ContentsAsync(host));

        _clock.Advance(TimeSpan.FromHours(2));
        await host.Service<LogUpkeep>().RunOnceAsync(Cancel);
        Assert.Equal([young, whole], await ContentsAsync(host));
    }

    [Fact]
    public async Task Another_projects_file_is_not_found_by_any_route()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var id = (await host.For("proj_b").FileAsync(Lines)).Text("id");
        var client = host.For("proj_a");

        Assert.Empty((await client.GetJsonAsync("/v1/files")).Ids());
        Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync($"/v1/files?after={id}", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"/v1/files/{id}", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"/v1/files/{id}/content", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.DeleteAsync($"/v1/files/{id}", Cancel)).StatusCode);
        Assert.Equal(Lines, await host.For("proj_b").GetStringAsync($"/v1/files/{id}/content", Cancel));
    }

    protected abstract ValueTask<TestStore> OpenAsync();

    private static Task<IReadOnlyList<string>> ContentsAsync(DatasetsHost host) =>
        host.Service<IFileStore>().ListAsync("", RowIds.Lowest(StoredFile.IdPrefix, DateTimeOffset.UnixEpoch.AddYears(200)), Cancel);
}
