using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using LlmGateway.Retrieval.VectorStores;
using LlmGateway.Service;
using LlmGateway.TestKit.Upstream;

namespace LlmGateway.Retrieval.Tests.Search;

/// <summary>What each part of a configuration does to what is found, over HTTP.</summary>
public sealed class StoreSearchTests : IAsyncLifetime
{
    private RetrievalHost _host = null!;
    private VectorStore _store = null!;

    private UpstreamScript Models { set => _host.Others.Models.Script = value; }

    public async ValueTask InitializeAsync()
    {
        _host = await RetrievalHost.StartAsync(null, ("Retrieval:QueryModel", "writer"));
        _store = await _host.AddStoreAsync(2);
        await _host.AddFileAsync(
            _store,
            [
                ("Cats sleep for fifteen hours a day.", [1, 0]), ("Dogs sleep for ten hours a day.", [0.6f, 0.8f]), ("The hours that a day has are for cats, and some sleep.", [0.8f, 0.6f]),
                ("The Vasa sank in 1628.", [0, 1]),
            ],
            """{"kind":"facts"}""", "facts.txt");
        Models = new() { Embed = _ => [1, 0] };
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Each_ranking_can_be_asked_for_alone()
    {
        Assert.Equal(["The Vasa sank in 1628."], await FindAsync("Vasa", new { mode = "lexical" }));
        Assert.Empty(_host.Others.Embedded);
        var byMeaning = await FindAsync("Vasa", new { mode = "vector", exact = true });
        Assert.Equal(("Cats sleep for fifteen hours a day.", "The Vasa sank in 1628."), (byMeaning[0], byMeaning[^1]));
        Assert.Equal(4, (await FindAsync("Vasa")).Count);
        Assert.Equal("The Vasa sank in 1628.", (await FindAsync("Vasa"))[0]);
    }

    [Fact]
    public async Task OpenAIs_options_weigh_and_cut_off()
    {
        var byMeaning = await SearchAsync(new { query = "Vasa", ranking_options = new { ranker = "auto", score_threshold = 0.7, hybrid_search = new { embedding_weight = 1, text_weight = 0 } } });
        var scores = byMeaning.GetProperty("data").EnumerateArray().Select(hit => hit.GetProperty("score").GetDouble()).ToList();
        Assert.Equal(1, scores[0], 6);
        Assert.Equal(2, scores.Count);
        Assert.Single((await SearchAsync(new { query = "sleep", max_num_results = 1, ranking_options = new { ranker = "none" } })).GetProperty("data").EnumerateArray());
    }

    [Fact]
    public async Task A_query_is_rewritten_before_it_is_searched()
    {
        Models = Answering("Vasa 1628");
        var page = await SearchAsync(new { query = "hi, erm, which of those old ships went down?", rewrite_query = true, configuration = new { mode = "lexical" } });
        Assert.Equal(["Vasa 1628"], page.GetProperty("search_query").EnumerateArray().Select(text => text.GetString()));
        Assert.Equal(["The Vasa sank in 1628."], Texts(page));
        var asked = Asked().Single();
        Assert.Equal("writer", asked.GetProperty("model").GetString());
        Assert.Equal("hi, erm, which of those old ships went down?", asked.GetProperty("messages")[1].GetProperty("content").GetString());
    }

    [Fact]
    public async Task Several_phrasings_count_together_and_several_questions_each()
    {
        Models = Answering("ship", "Vasa");
        var page = await SearchAsync(new { query = "cats", configuration = new { mode = "lexical", query = new { steps = new[] { "multi_query@1" }, model = "m" } } });
        Assert.Equal(["cats", "ship", "Vasa"], page.GetProperty("search_query").EnumerateArray().Select(text => text.GetString()));
        Assert.Equal(3, Texts(page).Count);
        Assert.All(page.GetProperty("data").EnumerateArray(), hit => Assert.InRange(hit.GetProperty("score").GetDouble(), 0, 0.34));

        page = await SearchAsync(new { query = "cats", configuration = new { mode = "lexical", query = new { steps = new[] { "decompose" }, model = "m" } } });
        Assert.Equal(["ship", "Vasa"], page.GetProperty("search_query").EnumerateArray().Select(text => text.GetString()));
        Assert.Equal(1, page.GetProperty("data")[0].GetProperty("score").GetDouble(), 6);
    }

    [Fact]
    public async Task A_passage_that_a_model_imagines_is_looked_for_by_meaning_alone()
    {
        Models = Answering("The Vasa was a ship.") with { Embed = text => text.Contains("ship", StringComparison.Ordinal) ? [0, 1] : [1, 0] };
        var page = await SearchAsync(new { query = "fifteen", configuration = new { mode = "vector", query = new { steps = new[] { "hyde" }, model = "m" } } });
        Assert.Equal("The Vasa sank in 1628.", Texts(page)[0]);
        Assert.Equal(["The Vasa was a ship."], _host.Others.Embedded);
        Assert.Equal("Cats sleep for fifteen hours a day.", (await FindAsync("fifteen", new { mode = "lexical", query = new { steps = new[] { "hyde" }, model = "m" } }))[0]);
    }

    [Fact]
    public async Task A_model_ranks_anew_what_it_is_shown_and_the_rank_before_is_kept()
    {
        var given = await FindAsync("cats sleep hours", new { mode = "lexical" });
        Models = new() { Say = _ => """{"ranking":[3,1,3,99]}""" };
        var page = await SearchAsync(new { query = "cats sleep hours", configuration = new { mode = "lexical", reranker = new { type = "llm", model = "judge", depth = 3 } } });
        Assert.Equal([given[2], given[0], given[1]], Texts(page));
        var hits = page.GetProperty("data").EnumerateArray().ToList();
        Assert.Equal([3, 1, 2], hits.Select(hit => hit.GetProperty("before").GetProperty("rank").GetInt32()));
        Assert.Equal(hits.Select(hit => hit.GetProperty("score").GetDouble()).OrderDescending(), hits.Select(hit => hit.GetProperty("score").GetDouble()));
        Assert.False(page.TryGetProperty("notes", out _));
    }

    [Theory]
    [InlineData(500, "{}", "status 500"), InlineData(200, "I would say the second one.", "not the JSON"), InlineData(200, """{"ranking":["x"]}""", "named none")]
    public async Task A_model_that_fails_leaves_the_order_as_it_was_and_a_note(int status, string says, string note)
    {
        var given = await FindAsync("cats sleep hours", new { mode = "lexical" });
        Models = new() { Status = status, Say = _ => says };
        var page = await SearchAsync(new
        {
            query = "cats sleep hours",
            configuration = new { mode = "lexical", reranker = new { type = "llm", model = "judge" }, query = new { steps = new[] { "rewrite" }, model = "m" } },
        });
        Assert.Equal(given, Texts(page));
        Assert.Equal(2, page.GetProperty("notes").GetArrayLength());
        Assert.Contains(note, page.GetProperty("notes")[1].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_the_gateway_refuses_is_an_error_that_names_the_field()
    {
        Models = new() { Status = 404, Body = """{"error":{"message":"The model 'nobody' does not exist.","type":"invalid_request_error","param":"model","code":"model_not_found"}}""" };
        var (status, message, param) = await PostAsync(new { query = "cats", configuration = new { mode = "lexical", reranker = new { type = "llm", model = "nobody" } } }).RefusedAsync();
        Assert.Equal((HttpStatusCode.BadRequest, "configuration.reranker.model"), (status, param));
        Assert.Contains("'nobody' does not exist", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Words_that_stand_together_as_in_the_query_come_first()
    {
        await _host.AddFileAsync(_store, [("Sleep suits all cats.", [0, 1])]);
        Assert.Equal("Sleep suits all cats.", (await FindAsync("cats sleep", new { mode = "lexical", bm25 = new { b = 0.1 } }))[0]);
        var ranked = await FindAsync("cats sleep", new { mode = "lexical", bm25 = new { b = 0.1 }, reranker = new { type = "proximity" } });
        Assert.Equal("Cats sleep for fifteen hours a day.", ranked[0]);
    }

    [Fact]
    public async Task Results_can_be_kept_from_repeating_each_other()
    {
        for (var copy = 0; copy < 3; copy++)
        {
            await _host.AddFileAsync(_store, [("Cats sleep for fifteen hours a day!", [1, 0])]);
        }

        Assert.Single((await FindAsync("cats sleep fifteen hours", new { mode = "lexical" }, limit: 3)).Select(text => text.TrimEnd('!', '.')).Distinct());
        Assert.Equal(3, (await FindAsync("cats sleep fifteen hours", new { mode = "lexical", mmr = new { lambda = 0.3 } }, limit: 3)).Select(text => text.TrimEnd('!', '.')).Distinct().Count());
    }

    [Fact]
    public async Task Filters_name_what_no_file_has()
    {
        var (status, message, param) = await PostAsync(new { query = "cats", filters = new { type = "eq", key = "knid", value = "facts" } }).RefusedAsync();
        Assert.Equal((HttpStatusCode.BadRequest, "filters.key"), (status, param));
        Assert.Contains("kind", message, StringComparison.Ordinal);
        (_, _, param) = await PostAsync(new { query = "cats", filters = new { type = "eq", key = "kind", value = 7 } }).RefusedAsync();
        Assert.Equal("filters.value", param);
        Assert.Empty(Texts(await SearchAsync(new { query = "cats", filters = new { type = "eq", key = "kind", value = "tales" } })));
    }

    [Fact]
    public async Task Another_embedding_model_under_the_same_name_is_refused_with_what_to_do()
    {
        Models = new() { Embed = _ => [1, 0, 0] };
        var (status, message, param) = await PostAsync(new { query = "cats" }).RefusedAsync();
        Assert.Equal((HttpStatusCode.BadRequest, "vector_store_id"), (status, param));
        Assert.Contains("3 numbers, and this store's have 2. Make a new store", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"query":""}""", "query")]
    [InlineData("""{"query":"a","max_num_results":0}""", "max_num_results")]
    [InlineData("""{"query":"a","max_num_results":-1}""", "max_num_results")]
    [InlineData("""{"query":"a","ranking_options":{"ranker":"best"}}""", "ranking_options.ranker")]
    [InlineData("""{"query":"a","ranking_options":{"score_threshold":2}}""", "ranking_options.score_threshold")]
    [InlineData("""{"query":"a","ranking_options":{"hybrid_search":{"embedding_weight":0,"text_weight":0}}}""", "ranking_options.hybrid_search")]
    [InlineData("""{"query":"a","ranking_options":{"hybrid_search":{"embedding_weight":1,"text_weight":0}},"configuration":{"fusion":{"type":"rrf"}}}""", "ranking_options.hybrid_search")]
    [InlineData("""{"query":"a","ranking_options":{"ranker":"none"},"configuration":{"reranker":{"type":"proximity"}}}""", "ranking_options.ranker")]
    [InlineData("""{"query":"a","rewrite_query":true,"configuration":{"query":{"steps":["hyde"],"model":"m"}}}""", "rewrite_query")]
    [InlineData("""{"query":"a","configuration":{"mode":"magic"}}""", "configuration.mode")]
    public async Task What_is_wrong_is_named(string body, string param)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        var (status, _, named) = await _host.Http.PostAsync($"/v1/vector_stores/{_store.Id}/search", content).RefusedAsync();
        Assert.Equal((HttpStatusCode.BadRequest, param), (status, named));
    }

    private static UpstreamScript Answering(params string[] texts) => new() { Say = _ => JsonSerializer.Serialize(new { texts }), Embed = _ => [1, 0] };

    private static List<string> Texts(JsonElement page) =>
        [.. page.GetProperty("data").EnumerateArray().Select(hit => hit.GetProperty("content")[0].GetProperty("text").GetString()!)];

    private IEnumerable<JsonElement> Asked() => _host.Others.Models.Requests.Where(request => request.Path.EndsWith("/chat/completions", StringComparison.Ordinal))
        .Select(request => JsonElement.Parse(Encoding.UTF8.GetString(request.Body)));

    private Task<HttpResponseMessage> PostAsync(object body) => _host.Http.PostAsJsonAsync($"/v1/vector_stores/{_store.Id}/search", body);

    private Task<JsonElement> SearchAsync(object body) => _host.Http.PostJsonAsync($"/v1/vector_stores/{_store.Id}/search", body);

    private async Task<List<string>> FindAsync(string query, object? configuration = null, int limit = 10) =>
        Texts(await SearchAsync(new { query, configuration, max_num_results = limit }));
}
