using System.Net;
using System.Net.Http.Json;

namespace LlmGateway.Retrieval.Tests.VectorStores;

public sealed class VectorStoreTests(RetrievalFixture fixture) : IClassFixture<RetrievalFixture>
{
    private readonly RetrievalHost _host = fixture.Host;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Its_expiry_is_set_kept_and_taken_away()
    {
        var id = await _host.CreateStoreAsync(new { name = "facts", expires_after = new { anchor = "last_active_at", days = 7 } });
        var store = await _host.Http.GetJsonAsync($"/v1/vector_stores/{id}");
        Assert.Equal(store.GetProperty("last_active_at").GetInt64() + (7 * 86_400), store.GetProperty("expires_at").GetInt64());
        var renamed = await _host.Http.PostJsonAsync($"/v1/vector_stores/{id}", new { name = "truths", metadata = new { team = "a" } });
        Assert.Equal(7, renamed.GetProperty("expires_after").GetProperty("days").GetInt32());
        Assert.Equal(("truths", "a"), (renamed.Text("name"), renamed.GetProperty("metadata").Text("team")));
        using var body = new StringContent("""{"expires_after": null}""", System.Text.Encoding.UTF8, "application/json");
        using var response = await _host.Http.PostAsync($"/v1/vector_stores/{id}", body, Cancel);
        var lasting = await response.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>(Cancel);
        Assert.Equal(System.Text.Json.JsonValueKind.Null, lasting.GetProperty("expires_at").ValueKind);
        Assert.Equal("truths", lasting.Text("name"));
    }

    [Theory]
    [InlineData("""{"expires_after": {"anchor": "created_at", "days": 3}}""", "expires_after.anchor")]
    [InlineData("""{"expires_after": {"anchor": "last_active_at", "days": 0}}""", "expires_after.days")]
    [InlineData("""{"expires_after": 3}""", "expires_after")]
    [InlineData("""{"metadata": {"n": 3}}""", "metadata.n")]
    public async Task A_change_that_is_malformed_is_refused_by_its_field(string body, string param)
    {
        var id = await _host.CreateStoreAsync();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        var (status, _, field) = await _host.Http.PostAsync($"/v1/vector_stores/{id}", content, Cancel).RefusedAsync();
        Assert.Equal((HttpStatusCode.BadRequest, param), (status, field));
    }

    [Fact]
    public async Task Its_whole_text_is_had_file_by_file_if_it_fits()
    {
        var id = await _host.CreateStoreAsync();
        foreach (var (name, text) in new[] { ("one.txt", "First words."), ("two.md", "# Second\n\nMore words.") })
        {
            await _host.AddFileAsync(id, _host.Others.AddFile(name, text));
        }

        var content = await _host.Http.GetJsonAsync($"/v1/vector_stores/{id}/content?max_tokens=100");
        Assert.Equal(
            [("one.txt", "First words."), ("two.md", "# Second\n\nMore words.")],
            content.GetProperty("data").EnumerateArray().Select(file => (file.Text("filename"), file.GetProperty("content")[0].Text("text"))));
        Assert.Equal(content.GetProperty("tokens").GetInt32(), content.GetProperty("data").EnumerateArray().Sum(file => file.GetProperty("tokens").GetInt32()));

        var (status, message, param) = await _host.Http.GetAsync($"/v1/vector_stores/{id}/content?max_tokens=5", Cancel).RefusedAsync();
        Assert.Equal((HttpStatusCode.BadRequest, "max_tokens"), (status, param));
        Assert.Contains("Search it instead", message, StringComparison.Ordinal);
        Assert.Equal("max_tokens", (await _host.Http.GetAsync($"/v1/vector_stores/{id}/content", Cancel).RefusedAsync()).Param);
        Assert.Equal(HttpStatusCode.NotFound, (await _host.For("proj_b").GetAsync($"/v1/vector_stores/{id}/content?max_tokens=100", Cancel).RefusedAsync()).Status);
    }

    [Fact]
    public async Task Another_project_reaches_nothing_of_it()
    {
        var id = await _host.CreateStoreAsync();
        var file = (await _host.AddFileAsync(id, _host.Others.AddFile("secret.txt", "The vault's code."))).Text("id");
        var batch = (await _host.Http.PostJsonAsync($"/v1/vector_stores/{id}/file_batches", new { file_ids = new[] { file } })).Text("id");
        var stranger = _host.For("proj_b");
        foreach (var path in new[] { "", "/files", $"/files/{file}", $"/files/{file}/content", $"/file_batches/{batch}", $"/file_batches/{batch}/files" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync($"/v1/vector_stores/{id}{path}", Cancel).RefusedAsync()).Status);
        }

        foreach (var (path, body) in new (string, object)[]
        {
            ("", new { name = "mine" }), ("/files", new { file_id = file }), ($"/files/{file}", new { attributes = new { a = 1 } }),
            ("/file_batches", new { file_ids = new[] { file } }), ($"/file_batches/{batch}/cancel", new { }), ("/search", new { query = "vault" }),
        })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await stranger.PostAsJsonAsync($"/v1/vector_stores/{id}{path}", body, Cancel).RefusedAsync()).Status);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await stranger.DeleteAsync($"/v1/vector_stores/{id}/files/{file}", Cancel).RefusedAsync()).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.DeleteAsync($"/v1/vector_stores/{id}", Cancel).RefusedAsync()).Status);
        Assert.Empty((await stranger.GetJsonAsync("/v1/vector_stores")).GetProperty("data").EnumerateArray());
        await _host.EndedAsync(id, file);
        Assert.Equal(1, (await _host.Http.GetJsonAsync($"/v1/vector_stores/{id}")).GetProperty("file_counts").GetProperty("completed").GetInt32());
    }
}
