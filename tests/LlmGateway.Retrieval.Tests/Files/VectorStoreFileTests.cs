using System.Net;
using System.Net.Http.Json;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;

namespace LlmGateway.Retrieval.Tests.Files;

public sealed class VectorStoreFileTests(RetrievalFixture fixture) : IClassFixture<RetrievalFixture>
{
    private readonly RetrievalHost _host = fixture.Host;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Our_strategies_are_shown_by_the_name_they_were_asked_for_and_auto_as_static()
    {
        var store = await _host.CreateStoreAsync();
        var auto = await _host.AddFileAsync(store, _host.Others.AddFile("a.txt", "text"));
        Assert.Equal("""{"type":"static","static":{"max_chunk_size_tokens":800,"chunk_overlap_tokens":400}}""", auto.GetProperty("chunking_strategy").GetRawText());
        var ours = await _host.AddFileAsync(store, _host.Others.AddFile("b.txt", "text"), new { type = "parent_child" });
        Assert.Equal(
            """{"type":"parent_child","parent_child":{"max_chunk_size_tokens":200,"chunk_overlap_tokens":0,"max_parent_size_tokens":800}}""",
            ours.GetProperty("chunking_strategy").GetRawText());
    }

    [Fact]
    public async Task A_batch_counts_its_files_and_goes_on_when_one_cannot_be_read()
    {
        var store = await _host.CreateStoreAsync();
        string[] files = [_host.Others.AddFile("good.md", "Tea."), _host.Others.AddFile("photo.txt", [0x89, (byte)'P', (byte)'N', (byte)'G']), "file-unknown"];
        var made = await _host.Http.PostJsonAsync($"/v1/vector_stores/{store}/file_batches", new { file_ids = files, attributes = new { year = 2024 } });
        foreach (var file in files)
        {
            await _host.EndedAsync(store, file);
        }

        var path = $"/v1/vector_stores/{store}/file_batches/{made.Text("id")}";
        var batch = await _host.Http.GetJsonAsync(path);
        Assert.Equal("completed", batch.Text("status"));
        Assert.Equal("""{"in_progress":0,"completed":1,"failed":2,"cancelled":0,"total":3}""", batch.GetProperty("file_counts").GetRawText());
        var failed = (await _host.Http.GetJsonAsync(path + "/files?filter=failed&order=asc")).GetProperty("data").EnumerateArray().ToList();
        Assert.Equal(["unsupported_file", "invalid_file"], failed.Select(file => file.GetProperty("last_error").Text("code")));
        Assert.All(failed, file => Assert.Equal(2024, file.GetProperty("attributes").GetProperty("year").GetInt32()));
    }

    [Fact]
    public async Task A_cancelled_batch_leaves_out_what_is_not_in_yet_and_the_worker_writes_nothing_more()
    {
        var store = await _host.CreateStoreAsync();
        var release = new TaskCompletionSource();
        _host.Others.Models.Script = new UpstreamScript { BeforeHeaders = _ => release.Task };
        var file = _host.Others.AddFile("slow.md", "Slow.");
        var made = await _host.Http.PostJsonAsync($"/v1/vector_stores/{store}/file_batches", new { files = new[] { new { file_id = file } } });
        await Eventually.TrueAsync(_ => Task.FromResult(_host.Others.Embedded.Contains("Slow.")), "the worker to embed", RetrievalHost.Deadline);
        var cancelled = await _host.Http.PostJsonAsync($"/v1/vector_stores/{store}/file_batches/{made.Text("id")}/cancel", new { });
        Assert.Equal(("cancelled", 1), (cancelled.Text("status"), cancelled.GetProperty("file_counts").GetProperty("cancelled").GetInt32()));
        release.SetResult();
        _host.Others.Models.Script = new UpstreamScript();

        // The answer finds the lease gone; another file comes in all the same.
        await _host.AddFileAsync(store, _host.Others.AddFile("next.md", "Next."));
        Assert.Equal("cancelled", (await _host.Http.GetJsonAsync($"/v1/vector_stores/{store}/files/{file}")).Text("status"));
        Assert.Empty((await _host.Http.GetJsonAsync($"/v1/vector_stores/{store}/files/{file}/content")).GetProperty("data").EnumerateArray());
    }

    [Fact]
    public async Task A_list_is_paged_and_filtered_by_status()
    {
        var store = await _host.CreateStoreAsync();
        foreach (var name in new[] { "a.txt", "b.txt", "c.exe" })
        {
            await _host.AddFileAsync(store, _host.Others.AddFile(name, name.EndsWith("exe", StringComparison.Ordinal) ? [0, 1] : "text"u8.ToArray()));
        }

        var path = $"/v1/vector_stores/{store}/files";
        var first = await _host.Http.GetJsonAsync($"{path}?limit=2&order=asc");
        Assert.True(first.GetProperty("has_more").GetBoolean());
        var rest = await _host.Http.GetJsonAsync($"{path}?limit=2&order=asc&after={first.Text("last_id")}");
        Assert.Equal("failed", Assert.Single(rest.GetProperty("data").EnumerateArray()).Text("status"));
        var before = await _host.Http.GetJsonAsync($"{path}?limit=2&order=asc&before={rest.Text("first_id")}");
        Assert.Equal(first.GetProperty("data").GetRawText(), before.GetProperty("data").GetRawText());
        Assert.Equal(2, (await _host.Http.GetJsonAsync($"{path}?filter=completed")).GetProperty("data").GetArrayLength());
        Assert.Equal((HttpStatusCode.BadRequest, "filter"), Short(await _host.Http.GetAsync($"{path}?filter=done", Cancel).RefusedAsync()));
    }

    [Fact]
    public async Task Attributes_change_and_what_is_malformed_is_refused()
    {
        var store = await _host.CreateStoreAsync();
        var file = (await _host.AddFileAsync(store, _host.Others.AddFile("a.txt", "text"))).Text("id");
        var path = $"/v1/vector_stores/{store}/files/{file}";
        var changed = await _host.Http.PostJsonAsync(path, new { attributes = new { author = "Ann", pages = 3, draft = true } });
        Assert.Equal("""{"author":"Ann","pages":3,"draft":true}""", changed.GetProperty("attributes").GetRawText());
        Assert.Equal((HttpStatusCode.BadRequest, "attributes.list"), Short(await _host.Http.PostAsJsonAsync(path, new { attributes = new { list = new[] { 1 } } }, Cancel).RefusedAsync()));
        Assert.Equal((HttpStatusCode.BadRequest, "attributes"), Short(await _host.Http.PostAsJsonAsync(
            path, new { attributes = Enumerable.Range(0, 17).ToDictionary(number => $"k{number}") }, Cancel).RefusedAsync()));
        Assert.Equal(changed.GetProperty("attributes").GetRawText(), (await _host.Http.GetJsonAsync(path)).GetProperty("attributes").GetRawText());
    }

    [Theory]
    [InlineData("files", """{}""", "file_id")]
    [InlineData("files", """{"file_id": "f", "chunking_strategy": {"type": "other"}}""", "chunking_strategy.type")]
    [InlineData("file_batches", """{}""", "file_ids")]
    [InlineData("file_batches", """{"file_ids": []}""", "file_ids")]
    [InlineData("file_batches", """{"file_ids": ["a"], "files": [{"file_id": "a"}]}""", "file_ids")]
    [InlineData("file_batches", """{"files": [{"attributes": {}}]}""", "file_id")]
    public async Task What_is_malformed_is_refused_by_its_field_and_nothing_is_added(string what, string body, string param)
    {
        var store = await _host.CreateStoreAsync();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        Assert.Equal((HttpStatusCode.BadRequest, param), Short(await _host.Http.PostAsync($"/v1/vector_stores/{store}/{what}", content, Cancel).RefusedAsync()));
        Assert.Equal(0, (await _host.Http.GetJsonAsync($"/v1/vector_stores/{store}")).GetProperty("file_counts").GetProperty("total").GetInt32());
    }

    private static (HttpStatusCode, string?) Short((HttpStatusCode Status, string Message, string? Param) refusal) => (refusal.Status, refusal.Param);
}
