using System.Net;
using System.Net.Http.Json;
using LlmGateway.Contracts.Gateway;
using LlmGateway.TestKit;

namespace LlmGateway.Datasets.Tests;

public sealed class StoredCompletionTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Calls _calls = new("proj_a");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_stored_completion_is_the_answer_with_the_requests_settings_and_metadata()
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path);
        var frame = _calls.Chat("chatcmpl-1", record => record with { Metadata = new Dictionary<string, string> { ["k"] = "v" } });
        await host.StoreAsync(frame);

        foreach (var id in new[] { "chatcmpl-1", frame.Record.Id.ToString() })
        {
            var completion = await host.For("proj_a").GetJsonAsync($"/v1/chat/completions/{id}");
            Assert.Equal("chatcmpl-1", completion.Text("id"));
            Assert.Equal("chat.completion", completion.Text("object"));
            Assert.Equal("gpt-4o", completion.Text("model"));
            Assert.Equal("grüß dich", completion.GetProperty("choices")[0].GetProperty("message").Text("content"));
            Assert.Equal(0.5, completion.GetProperty("temperature").GetDouble());
            Assert.Equal("ada", completion.Text("input_user"));
            Assert.Equal("v", completion.GetProperty("metadata").Text("k"));
        }
    }

    [Fact]
    public async Task A_streamed_answer_is_shown_assembled()
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path);
        const string Sse = """
            data: {"id":"chatcmpl-s","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"Hel"},"finish_reason":null}]}

            data: {"id":"chatcmpl-s","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"lo"},"finish_reason":"stop"}]}

            data: [DONE]


            """;
        await host.StoreAsync(_calls.Chat("chatcmpl-s", record => record with { Streamed = true }, response: Sse));

        var choice = (await host.For("proj_a").GetJsonAsync("/v1/chat/completions/chatcmpl-s")).GetProperty("choices")[0];
        Assert.Equal("Hello", choice.GetProperty("message").Text("content"));
        Assert.Equal("stop", choice.Text("finish_reason"));
    }

    [Fact]
    public async Task Only_successful_production_chat_completions_with_bodies_are_listed()
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path);
        await host.StoreAsync(
            _calls.Chat("chatcmpl-1"),
            _calls.Chat("chatcmpl-2", record => record with { Outcome = InferenceOutcome.Incomplete }),
            _calls.Chat("chatcmpl-3", record => record with { BodiesKept = false }),
            _calls.Chat("resp-4", record => record with { Operation = "responses" }),
            _calls.Chat("chatcmpl-5", record => record with { Purpose = "evaluation" }));

        var client = host.For("proj_a");
        Assert.Equal(["chatcmpl-1"], (await client.GetJsonAsync("/v1/chat/completions")).Ids());
        Assert.Equal(["chatcmpl-5"], (await client.GetJsonAsync("/v1/chat/completions?purpose=evaluation")).Ids());
        Assert.Equal(5, (await client.GetJsonAsync("/v1/inferences")).Ids().Length);
    }

    [Theory]
    [InlineData("asc")]
    [InlineData("desc")]
    public async Task Pages_show_every_item_once_though_all_times_are_equal(string order)
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path);
        var frames = Enumerable.Range(0, 23).Select(i => _calls.Chat($"chatcmpl-{i:00}")).ToArray();
        await host.StoreAsync([.. frames.Reverse()]);
        var client = host.For("proj_a");

        foreach (var (path, expected) in new[]
        {
            ("/v1/chat/completions", frames.Select(frame => frame.Record.BodyId!)),
            ("/v1/inferences", frames.Select(frame => frame.Record.Id.ToString())),
        })
        {
            var seen = new List<string>();
            var query = $"{path}?limit=5&order={order}";
            for (var after = ""; ;)
            {
                var page = await client.GetJsonAsync(query + after);
                seen.AddRange(page.Ids());
                Assert.Equal(page.Ids()[^1], page.Text("last_id"));
                if (!page.GetProperty("has_more").GetBoolean())
                {
                    break;
                }

                after = $"&after={page.Text("last_id")}";
            }

            Assert.Equal(order == "asc" ? expected : expected.Reverse(), seen);
        }
    }

    [Fact]
    public async Task A_replayed_body_id_is_listed_once_at_a_place_that_new_hits_do_not_move()
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path);
        await host.StoreAsync(_calls.Chat("chatcmpl-a"), _calls.Chat("chatcmpl-b"), _calls.Chat("chatcmpl-c"));
        var client = host.For("proj_a");
        Assert.Equal(["chatcmpl-a"], (await client.GetJsonAsync("/v1/chat/completions?limit=1")).Ids());

        var hit = _calls.Chat("chatcmpl-a", record => record with { Cache = CacheResult.Hit, Metadata = new Dictionary<string, string> { ["n"] = "2" } });
        await host.StoreAsync(hit);

        Assert.Equal(["chatcmpl-b", "chatcmpl-c"], (await client.GetJsonAsync("/v1/chat/completions?after=chatcmpl-a")).Ids());
        Assert.Equal("2", (await client.GetJsonAsync("/v1/chat/completions/chatcmpl-a")).GetProperty("metadata").Text("n"));
        Assert.Equal("2", (await client.GetJsonAsync("/v1/chat/completions")).GetProperty("data")[0].GetProperty("metadata").Text("n"));

        await client.DeleteAsync("/v1/chat/completions/chatcmpl-a");
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/v1/chat/completions/chatcmpl-a")).StatusCode);
        Assert.Equal(["chatcmpl-b", "chatcmpl-c"], (await client.GetJsonAsync("/v1/chat/completions?after=chatcmpl-a")).Ids());
    }

    [Fact]
    public async Task A_body_id_that_looks_like_a_uuid_is_found_and_is_a_cursor()
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path);
        const string Id = "b3999b8c93e04e11bcbff7bcab829667";
        await host.StoreAsync(_calls.Chat(Id), _calls.Chat("chatcmpl-2"));
        var client = host.For("proj_a");

        Assert.Equal(Id, (await client.GetJsonAsync($"/v1/chat/completions/{Id}")).Text("id"));
        Assert.Equal(Id, (await client.GetJsonAsync($"/v1/inferences/{Id}")).Text("body_id"));
        Assert.Equal(["chatcmpl-2"], (await client.GetJsonAsync($"/v1/chat/completions?after={Id}")).Ids());
        var deleted = await (await client.DeleteAsync($"/v1/chat/completions/{Id}")).JsonAsync();
        Assert.Equal(Id, deleted.Text("id"));
    }

    [Fact]
    public async Task An_answer_that_was_cut_is_shown_without_choices()
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path);
        await host.StoreAsync(_calls.Chat("chatcmpl-1", request: """{"messages":[{"role":"us""", response: """{"id":"chatcmpl-1","choi"""));
        var client = host.For("proj_a");

        var completion = await client.GetJsonAsync("/v1/chat/completions/chatcmpl-1");
        Assert.Equal(0, completion.GetProperty("choices").GetArrayLength());
        Assert.Equal(1767323045, completion.GetProperty("created").GetInt64());
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/v1/chat/completions/chatcmpl-1/messages")).StatusCode);
    }

    [Fact]
    public async Task Lists_are_filtered_by_model_and_by_every_metadata_pair()
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path);
        InferenceFrame Tagged(string id, string team, string tier) =>
            _calls.Chat(id, record => record with { Metadata = new Dictionary<string, string> { ["team"] = team, ["tier"] = tier } });
        await host.StoreAsync(
            Tagged("chatcmpl-1", "red", "1"), Tagged("chatcmpl-2", "red", "2"), Tagged("chatcmpl-3", "blue", "1"),
            _calls.Chat("chatcmpl-4", record => record with { RequestedModel = "slow", Model = "other/slow-1" }));
        var client = host.For("proj_a");

        Assert.Equal(["chatcmpl-1", "chatcmpl-2"], (await client.GetJsonAsync("/v1/chat/completions?metadata[team]=red")).Ids());
        Assert.Equal(["chatcmpl-2"], (await client.GetJsonAsync("/v1/chat/completions?metadata[team]=red&metadata[tier]=2")).Ids());
        Assert.Empty((await client.GetJsonAsync("/v1/chat/completions?metadata[team]=2")).Ids());
        Assert.Equal(["chatcmpl-4"], (await client.GetJsonAsync("/v1/chat/completions?model=slow")).Ids());
        Assert.Equal(3, (await client.GetJsonAsync("/v1/inferences?model=openai/gpt-4o")).Ids().Length);
        Assert.Single((await client.GetJsonAsync("/v1/inferences?metadata[team]=blue")).Ids());
    }

    [Theory]
    [InlineData("desc", "chatcmpl-7", "chatcmpl-5", "chatcmpl-3", "chatcmpl-1")]
    [InlineData("asc", "chatcmpl-1", "chatcmpl-3", "chatcmpl-5", "chatcmpl-7")]
    public async Task Calls_with_a_pair_of_metadata_are_paged_in_order(string order, params string[] expected)
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path);
        await host.StoreAsync([.. Enumerable.Range(0, 9).Select(i => _calls.Chat($"chatcmpl-{i}", record => record with
        {
            Metadata = new Dictionary<string, string> { ["odd"] = i % 2 == 1 ? "yes" : "no", ["all"] = "yes" },
        }))]);
        await host.StoreAsync(new Calls("proj_b").Chat("chatcmpl-b", record => record with { Metadata = new Dictionary<string, string> { ["odd"] = "yes", ["all"] = "yes" } }));
        var client = host.For("proj_a");
        List<string> found = [];
        for (var (more, after) = (true, ""); more;)
        {
            var page = await client.GetJsonAsync($"/v1/inferences?metadata[odd]=yes&metadata[all]=yes&order={order}&limit=3{after}");
            found.AddRange(page.GetProperty("data").EnumerateArray().Select(row => row.Text("body_id")!));
            more = page.GetProperty("has_more").GetBoolean();
            after = $"&after={page.Ids()[^1]}";
        }

        Assert.Equal(expected, found);
    }

    [Fact]
    public async Task Metadata_is_replaced_and_found_by_its_new_value()
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path);
        await host.StoreAsync(_calls.Chat("chatcmpl-1", record => record with { Metadata = new Dictionary<string, string> { ["old"] = "1" } }));
        var client = host.For("proj_a");

        var updated = await (await client.PostAsJsonAsync("/v1/chat/completions/chatcmpl-1", new { metadata = new { @new = "2" } })).JsonAsync();

        Assert.Equal("""{"new":"2"}""", updated.GetProperty("metadata").GetRawText());
        Assert.Single((await client.GetJsonAsync("/v1/chat/completions?metadata[new]=2")).Ids());
        Assert.Empty((await client.GetJsonAsync("/v1/chat/completions?metadata[old]=1")).Ids());
    }

    [Fact]
    public async Task Deleting_removes_the_words_and_keeps_the_account_even_if_the_batch_comes_again()
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path);
        var frame = _calls.Chat("chatcmpl-1");
        await host.StoreAsync(frame);
        var client = host.For("proj_a");

        var deleted = await (await client.DeleteAsync("/v1/chat/completions/chatcmpl-1")).JsonAsync();
        await host.StoreAsync(frame);

        Assert.Equal("""{"id":"chatcmpl-1","object":"chat.completion.deleted","deleted":true}""", deleted.GetRawText());
        Assert.Empty((await client.GetJsonAsync("/v1/chat/completions")).Ids());
        var call = await client.GetJsonAsync($"/v1/inferences/{frame.Record.Id}");
        Assert.Equal(System.Text.Json.JsonValueKind.Null, call.GetProperty("request").ValueKind);
        Assert.Equal(10, call.GetProperty("input_tokens").GetInt32());
    }

    [Fact]
    public async Task Messages_are_paged_in_both_orders()
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path);
        await host.StoreAsync(_calls.Chat("chatcmpl-1", request: """
            {"messages":[{"role":"system","content":"be brief"},{"role":"user","content":[{"type":"text","text":"hi"}]},{"role":"user","content":"?"}]}
            """));
        var client = host.For("proj_a");

        var first = await client.GetJsonAsync("/v1/chat/completions/chatcmpl-1/messages?limit=2");
        Assert.Equal(["chatcmpl-1-0", "chatcmpl-1-1"], first.Ids());
        Assert.True(first.GetProperty("has_more").GetBoolean());
        Assert.Equal("be brief", first.GetProperty("data")[0].Text("content"));
        Assert.Equal("hi", first.GetProperty("data")[1].GetProperty("content_parts")[0].Text("text"));
        Assert.Equal(["chatcmpl-1-2"], (await client.GetJsonAsync("/v1/chat/completions/chatcmpl-1/messages?after=chatcmpl-1-1")).Ids());
        Assert.Equal(
            ["chatcmpl-1-1", "chatcmpl-1-0"],
            (await client.GetJsonAsync("/v1/chat/completions/chatcmpl-1/messages?order=desc&after=chatcmpl-1-2")).Ids());
    }

    [Theory]
    [InlineData("/v1/chat/completions?limit=0", "limit")]
    [InlineData("/v1/chat/completions?limit=101", "limit")]
    [InlineData("/v1/chat/completions?order=up", "order")]
    [InlineData("/v1/chat/completions?after=chatcmpl-none", "after")]
    [InlineData("/v1/chat/completions?after=01890a5d-ac96-774b-bcce-b302099a8057", "after")]
    [InlineData("/v1/chat/completions?metadata=x", "metadata")]
    [InlineData("/v1/chat/completions?metadata[]=x", "metadata")]
    [InlineData("/v1/inferences?after=none", "after")]
    [InlineData("/v1/inferences?outcome=fine", "outcome")]
    [InlineData("/v1/inferences?created_after=yesterday", "created_after")]
    [InlineData("/v1/usage?bucket_width=1w", "bucket_width")]
    [InlineData("/v1/usage?group_by=colour", "group_by")]
    [InlineData("/v1/usage?start_time=10&end_time=5", "start_time")]
    [InlineData("/v1/usage?start_time=0&end_time=1767323045&bucket_width=1h", "start_time")]
    public async Task A_bad_parameter_is_named(string path, string param)
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path);
        var response = await host.For("proj_a").GetAsync(path);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(param, (await response.JsonAsync()).GetProperty("error").Text("param"));
    }

    [Theory]
    [InlineData("{}", "metadata")]
    [InlineData("""{"metadata":[]}""", "metadata")]
    [InlineData("""{"metadata":{"a":1}}""", "metadata.a")]
    [InlineData("""{"metadata":{"":"x"}}""", "metadata")]
    public async Task A_bad_update_is_named(string body, string param)
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path);
        await host.StoreAsync(_calls.Chat("chatcmpl-1"));
        using var content = new StringContent(body);
        var response = await host.For("proj_a").PostAsync("/v1/chat/completions/chatcmpl-1", content);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(param, (await response.JsonAsync()).GetProperty("error").Text("param"));
    }

    [Fact]
    public async Task Metadata_has_bounds()
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path);
        await host.StoreAsync(_calls.Chat("chatcmpl-1"));
        var client = host.For("proj_a");
        Task<HttpResponseMessage> UpdateAsync(Dictionary<string, string> metadata) =>
            client.PostAsJsonAsync("/v1/chat/completions/chatcmpl-1", new { metadata });
        Dictionary<string, string> Pairs(int count) => Enumerable.Range(0, count).ToDictionary(i => $"k{i}", i => "v");

        Assert.Equal(HttpStatusCode.OK, (await UpdateAsync(Pairs(16))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await UpdateAsync(new() { [new string('k', 64)] = new string('v', 512) })).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await UpdateAsync(Pairs(17))).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await UpdateAsync(new() { [new string('k', 65)] = "v" })).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await UpdateAsync(new() { ["k"] = new string('v', 513) })).StatusCode);
    }
}
