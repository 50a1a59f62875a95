using LlmGateway.Gateway.SemanticCaching;
using LlmGateway.Gateway.Tests.ProjectModels;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;

namespace LlmGateway.Gateway.Tests.SemanticCaching;

/// <summary>An embedding model that is away, slow or mad costs a request its hit and nothing else.</summary>
public sealed class EmbeddingFaultTests
{
    [Fact]
    public async Task Without_the_embedding_model_requests_go_on_and_soon_do_not_ask_it_any_more()
    {
        await using var embedder = await UpstreamServer.StartAsync(SemanticOn.Script);
        await using var on = await SemanticOn.StartAsync(Store.Sqlite, ("Gateway:Providers:vectors:BaseUrl", embedder.BaseUrl.ToString()));
        await on.MakeAsync(new { embedding_model = "vectors/e" });
        await on.TeachAsync("a 0");
        using var lookups = new SemanticCounts(on.Gateway, "llmgateway.semantic_cache.lookups");
        embedder.Script = new UpstreamScript { Status = 400 };
        for (var i = 1; i <= 8; i++)
        {
            Assert.False((await on.AskAsync($"question {i}")).IsSemantic);
        }

        // Five, and one more for each 5 s that the machine stalled.
        var asked = lookups.Of("failed", "embedding");
        Assert.InRange(asked, 5, 7);
        Assert.Equal(8 - asked, lookups.Of("failed", "embedding_away"));
    }

    [Fact]
    public async Task A_slow_embedding_model_costs_its_budget_at_most()
    {
        await using var embedder = await UpstreamServer.StartAsync(SemanticOn.Script);
        await using var on = await SemanticOn.StartAsync(
            Store.Sqlite, ("Gateway:Providers:vectors:BaseUrl", embedder.BaseUrl.ToString()), ("Gateway:SemanticCaching:EmbeddingBudget", "00:00:00.200"));
        await on.MakeAsync(new { embedding_model = "vectors/e" });
        using var lookups = new SemanticCounts(on.Gateway, "llmgateway.semantic_cache.lookups");
        embedder.Script = new UpstreamScript { Fault = UpstreamFault.HangBeforeHeaders };
        Assert.False((await on.AskAsync("a 0")).IsSemantic);
        Assert.Equal(1, lookups.Of("failed", "embedding_timeout"));
    }

    [Theory]
    [InlineData("""{"data":[]}""")]
    [InlineData("""{"data":[{"index":0,"embedding":[]}]}""")]
    [InlineData("""{"data":[{"index":0,"embedding":[0,0,0,0]}]}""")]
    [InlineData("""{"data":[{"index":0,"embedding":[1e39,0,0,0]}]}""")]
    [InlineData("""{"data":[{"index":0,"embedding":["x",0,0,0]}]}""")]
    [InlineData("""{"data":[{"index":7,"embedding":[1,0,0,0]}]}""")]
    [InlineData("""{"data":[{"index":-1,"embedding":[1,0,0,0]}]}""")]
    [InlineData("""{"data":{}}""")]
    [InlineData("""[]""")]
    [InlineData("""{"data":[{"index":0,"embedding":[1,0,0,0]},{"index":0""")]
    public void A_poisoned_vector_is_refused(string json)
    {
        var exception = Assert.Throws<SemanticEmbeddingException>(() => EmbeddingVectors.Read(System.Text.Encoding.UTF8.GetBytes(json), 1));
        Assert.NotEmpty(exception.Message);
    }

    [Fact]
    public void Vectors_that_are_too_long_or_of_several_lengths_are_refused()
    {
        Assert.Throws<SemanticEmbeddingException>(() => EmbeddingVectors.Read(Answer(4001), 1));
        Assert.Throws<SemanticEmbeddingException>(() => EmbeddingVectors.Read(Answer(3, 4), 2));
        Assert.Equal([3000, 3000], EmbeddingVectors.Read(Answer(3000, 3000), 2).Select(vector => vector.Length));

        static byte[] Answer(params int[] lengths) => System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new
        {
            data = lengths.Select((length, index) => new { index, embedding = Enumerable.Repeat(0.5f, length) }),
        });
    }

    [Fact]
    public async Task An_answer_that_is_too_large_is_not_kept()
    {
        await using var on = await SemanticOn.StartAsync();
        await on.MakeAsync();
        using var writes = new SemanticCounts(on.Gateway, "llmgateway.semantic_cache.writes");
        on.Upstream.Script = SemanticOn.Script with { BodyBytes = 100_000 };
        await on.AskAsync("a 0");
        await Eventually.TrueAsync(() => writes.Of("too_large") == 1, "the answer to be refused");
        on.Upstream.Script = SemanticOn.Script;
        Assert.False((await on.AskAsync("a 0")).IsSemantic);
    }

    [Fact]
    public async Task A_model_whose_vectors_change_their_length_is_not_used_until_the_cache_begins_anew()
    {
        await using var on = await SemanticOn.StartAsync();
        var cache = await on.MakeAsync();
        await on.TeachAsync("a 0");
        using var lookups = new SemanticCounts(on.Gateway, "llmgateway.semantic_cache.lookups");
        on.Upstream.Script = SemanticOn.Script with { Embed = _ => [1, 0, 0] };
        Assert.False((await on.AskAsync("b 1")).IsSemantic);
        Assert.Equal(1, lookups.Of("failed", "dimensions"));
        var (status, body) = await on.Gateway.SendAsync(
            HttpMethod.Post, $"/v1/semantic_caches/{cache}/tune", new { pairs = new[] { new { a = "x 1", b = "y 1", same = true } } });
        Assert.Equal((409, "dimensions_changed"), (status, body.Code()));
        Assert.Contains($"DELETE /v1/semantic_caches/{cache}/entries?all=true", body.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);

        Assert.Equal(200, (await on.Gateway.SendAsync(HttpMethod.Delete, $"/v1/semantic_caches/{cache}/entries?all=true")).Status);
        Assert.Equal(3, (await on.Gateway.SendAsync(HttpMethod.Get, $"/v1/semantic_caches/{cache}")).Body.GetProperty("embedding_dimensions").GetInt32());
        await on.TeachAsync("c 2");
        Assert.True((await on.AskAsync("d 3")).IsSemantic);
    }

    [Fact]
    public async Task A_cache_is_not_made_with_a_model_that_gives_no_vectors()
    {
        await using var on = await SemanticOn.StartAsync();
        on.Upstream.Script = new UpstreamScript { Status = 400 };
        var (status, body) = await on.Gateway.SendAsync(HttpMethod.Post, "/v1/semantic_caches", SemanticOn.Policy());
        Assert.Equal((502, "embedding_failed", "embedding_model"), (status, body.Code(), body.Param()));
        Assert.Empty(await on.Gateway.ListedAsync("/v1/semantic_caches"));
    }
}
