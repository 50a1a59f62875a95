using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LlmGateway.Service;

namespace LlmGateway.Retrieval.Tests.Search;

/// <summary>Tries to reach another project's chunks by every route.</summary>
public sealed class IsolationTests
{
    private const string Secret = "The vault opens with 7391.";

    [Fact]
    public async Task Another_project_reaches_a_stores_chunks_by_no_route()
    {
        await using var host = await RetrievalHost.StartAsync();
        var file = host.Others.AddFile("secret.txt", Secret);
        var store = await host.CreateStoreAsync();
        await host.AddFileAsync(store, file);
        var batch = (await host.Http.PostJsonAsync($"/v1/vector_stores/{store}/file_batches", new { file_ids = new[] { file } })).Text("id");
        await host.EndedAsync(store, file);
        Assert.Contains(Secret, (await host.Http.PostJsonAsync($"/v1/vector_stores/{store}/search", new { query = "vault" })).ToString(), StringComparison.Ordinal);

        var stranger = host.For("proj_b");
        var own = await host.CreateStoreAsync(client: stranger);
        foreach (var path in (string[])
        [
            store, $"{store}/files", $"{store}/files/{file}", $"{store}/files/{file}/content", $"{store}/content?max_tokens=1000", $"{store}/file_batches/{batch}", $"{store}/file_batches/{batch}/files",
            $"{own}/files/{file}", $"{own}/files/{file}/content", $"{own}/file_batches/{batch}", $"{own}/file_batches/{batch}/files",
        ])
        {
            using var response = await stranger.GetAsync($"/v1/vector_stores/{path}");
            Assert.True(response.StatusCode == HttpStatusCode.NotFound, $"{path} answers {response.StatusCode}");
        }

        foreach (var (path, body) in (IReadOnlyList<(string, object)>)
        [
            (store, new { name = "mine" }), ($"{store}/search", new { query = "vault" }), ($"{store}/files", new { file_id = file }), ($"{store}/files/{file}", new { attributes = new { } }),
            ($"{store}/file_batches", new { file_ids = new[] { file } }), ($"{store}/file_batches/{batch}/cancel", new { }), ($"{own}/files/{file}", new { attributes = new { } }),
            ($"{own}/file_batches/{batch}/cancel", new { }),
        ])
        {
            using var response = await stranger.PostAsJsonAsync($"/v1/vector_stores/{path}", body);
            Assert.True(response.StatusCode == HttpStatusCode.NotFound, $"{path} answers {response.StatusCode}");
        }

        foreach (var path in (string[])[store, $"{store}/files/{file}", $"{own}/files/{file}"])
        {
            Assert.Equal(HttpStatusCode.NotFound, (await stranger.DeleteAsync($"/v1/vector_stores/{path}")).StatusCode);
        }

        Assert.DoesNotContain(store, (await stranger.GetStringAsync("/v1/vector_stores")), StringComparison.Ordinal);
        Assert.Contains(Secret, (await host.Http.PostJsonAsync($"/v1/vector_stores/{store}/search", new { query = "vault" })).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_may_not_ask_models_has_no_evaluation_or_training_ask_them()
    {
        await using var host = await RetrievalHost.StartAsync();
        var store = await host.CreateStoreAsync();
        var reader = host.For("proj_a", Scopes.Data);
        var search = new { reranker = new { type = "llm", model = "local/chat" } };
        var pairs = Enumerable.Range(0, 100).Select(number => new { query = $"q{number}", file_id = "file-1" });
        foreach (var (path, body) in (IReadOnlyList<(string, object)>)
        [
            ("evaluations", new { vector_store_id = store, queries = new[] { new { query = "q", relevant = new[] { new { file_id = "file-1" } } } }, configurations = new[] { new { name = "a", configuration = search } } }),
            ("adapters", new { vector_store_id = store, pairs, configuration = search }),
        ])
        {
            using var response = await reader.PostAsJsonAsync($"/v1/retrieval/{path}", body);
            var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.True(response.StatusCode == HttpStatusCode.Forbidden && text.Contains("insufficient_scope", StringComparison.Ordinal), $"{path}: {(int)response.StatusCode} {text}");
        }
    }

    [Fact]
    public async Task Filters_and_configurations_reach_nothing_of_another_store()
    {
        await using var host = await RetrievalHost.StartAsync();
        var theirs = await host.AddStoreAsync(2, "proj_b");
        await host.AddFileAsync(theirs, [(Secret, [1, 0])], """{"kind":"secret"}""");
        var own = await host.AddStoreAsync(2);
        await host.AddFileAsync(own, [("Nothing to see.", [1, 0])], """{"kind":"plain"}""");
        host.Others.Models.Script = new() { Embed = _ => [1, 0] };
        foreach (var configuration in (object[])[new { mode = "lexical" }, new { mode = "vector" }, new { mode = "vector", exact = true }, new { candidates = 1000 }, new { mmr = new { } }])
        {
            foreach (var filters in (object?[])[null, new { type = "in", key = "kind", value = new[] { "secret", "plain" } }, new { type = "ne", key = "kind", value = "plain" }])
            {
                var page = await host.Http.PostJsonAsync($"/v1/vector_stores/{own.Id}/search", new { query = "vault opens with", configuration, filters });
                Assert.All(page.GetProperty("data").EnumerateArray(), hit => Assert.Equal("Nothing to see.", hit.GetProperty("content")[0].GetProperty("text").GetString()));
            }
        }

        Assert.Equal(JsonValueKind.Array, (await host.Http.PostJsonAsync($"/v1/vector_stores/{own.Id}/search", new { query = "vault" })).GetProperty("data").ValueKind);
    }
}
