using System.Text;
using System.Text.Json;
using LlmGateway.TestKit;

namespace LlmGateway.System.Tests;

/// <summary>Vector stores, judged by OpenAI's own document.</summary>
public sealed class VectorStoreContractTests(StandaloneFixture fixture) : IClassFixture<StandaloneFixture>
{
    private const string Store = "/vector_stores/{vector_store_id}";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private readonly HttpClient _http = fixture.Gateway.Http;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task They_keep_the_contract_from_their_making_to_their_end()
    {
        var store = await KeptAsync(HttpMethod.Post, "/vector_stores", "/vector_stores", """{"name": "facts", "expires_after": {"anchor": "last_active_at", "days": 7}, "metadata": {"team": "a"}}""");
        var path = $"/vector_stores/{store}";
        await KeptAsync(HttpMethod.Get, Store, path);
        await KeptAsync(HttpMethod.Post, Store, path, """{"name": "truths"}""");
        await KeptAsync(HttpMethod.Get, "/vector_stores", "/vector_stores?limit=5");

        var good = await UploadAsync("good.txt", "Tea is made of leaves.");
        var bad = await UploadAsync("bad.exe", "\0\u0001");
        await KeptAsync(HttpMethod.Post, Store + "/files", path + "/files", $$"""{"file_id": "{{good}}", "attributes": {"year": 2024, "draft": false} }""");
        var batch = await KeptAsync(HttpMethod.Post, Store + "/file_batches", path + "/file_batches", $$"""{"file_ids": ["{{bad}}"]}""");
        await Eventually.TrueAsync(
            async token => JsonElement.Parse(await _http.GetStringAsync("/v1" + path, token)).GetProperty("status").GetString() == "completed", "the files to be taken in", Deadline);

        await KeptAsync(HttpMethod.Get, Store + "/files", path + "/files");
        await KeptAsync(HttpMethod.Get, Store + "/files/{file_id}", $"{path}/files/{good}");
        await KeptAsync(HttpMethod.Get, Store + "/files/{file_id}", $"{path}/files/{bad}");
        await KeptAsync(HttpMethod.Get, Store + "/files/{file_id}/content", $"{path}/files/{good}/content");
        await KeptAsync(HttpMethod.Post, Store + "/files/{file_id}", $"{path}/files/{good}", """{"attributes": {"year": 2025}}""");
        await KeptAsync(HttpMethod.Get, Store + "/file_batches/{batch_id}", $"{path}/file_batches/{batch}");
        await KeptAsync(HttpMethod.Get, Store + "/file_batches/{batch_id}/files", $"{path}/file_batches/{batch}/files");
        await KeptAsync(HttpMethod.Post, Store + "/file_batches/{batch_id}/cancel", $"{path}/file_batches/{batch}/cancel", "{}");
        await KeptAsync(HttpMethod.Delete, Store + "/files/{file_id}", $"{path}/files/{good}");
        await KeptAsync(HttpMethod.Delete, Store, path);
    }

    /// <summary>Sends a request, and fails unless its answer keeps the contract.</summary>
    /// <returns>The answer's id, where it has one.</returns>
    private async Task<string?> KeptAsync(HttpMethod method, string operation, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, "/v1" + path);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _http.SendAsync(request, Cancel);
        var text = await response.Content.ReadAsStringAsync(Cancel);
        Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {text}");
        SharedContract.AssertKept(method.Method, operation, (int)response.StatusCode, text);
        return JsonElement.Parse(text).TryGetProperty("id", out var id) ? id.GetString() : null;
    }

    private async Task<string> UploadAsync(string name, string content)
    {
        using var form = new MultipartFormDataContent { { new StringContent("assistants"), "purpose" }, { new StringContent(content), "file", name } };
        using var response = await _http.PostAsync("/v1/files", form, Cancel);
        return JsonElement.Parse(await response.Content.ReadAsStringAsync(Cancel)).GetProperty("id").GetString()!;
    }
}
