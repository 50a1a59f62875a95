using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Gateway.Prompts;
using LlmGateway.Gateway.Prompts.Templates;
using LlmGateway.Gateway.Tests.ProjectModels;
using LlmGateway.Gateway.Tests.Retrieval;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Tests.Prompts;

/// <summary>Prompts that have passages looked up before they are rendered.</summary>
public sealed class BlockTests
{
    private const string Question = "How high is it?";

    [Fact]
    public async Task A_tag_writes_the_passages_with_their_marks_or_sets_a_variable()
    {
        await using var retrieval = await RetrievalServer.StartAsync();
        retrieval.Put("guide", new FakePassage("alps", "It is 4,806 m high."), new FakePassage("sea", "It is flat.", 0.5));
        await using var on = await GatewayOn.StartAsync(Store.Sqlite, retrieval.Setting);
        await on.Gateway.DeployPromptAsync(
            "guide", """Known: {% retrieve store: "guide", max_results: 1 %}{% retrieve store: "guide", query: topic, as: found %}{{ found.size }}{{ found[1].filename }}""",
            variables: [PromptCalls.Variable("topic")]);

        var (status, body, _) = await AskAsync(on, new { id = "guide", variables = new { topic = "the sea" } });

        Assert.True(status == 200, body.ToString());
        Assert.Equal("Known: 【1】 alps.txt\nIt is 4,806 m high.\n\n2sea.txt", on.Upstream.Requests[^1].Json.GetProperty("messages")[0].GetProperty("content").GetString());
        Assert.Equal([(Question, 1), ("the sea", 5)], retrieval.Requests.Select(request => ((string)request.Body["query"]!, (int)request.Body["max_num_results"]!)).Order());
    }

    [Fact]
    public async Task Blocks_are_looked_up_at_once_each_once_and_only_where_they_are_met()
    {
        await using var retrieval = await RetrievalServer.StartAsync();
        retrieval.Put("a", new FakePassage("a", "A"));
        retrieval.Put("b", new FakePassage("b", "B"));
        retrieval.Together = 2;
        await using var on = await GatewayOn.StartAsync(Store.Sqlite, retrieval.Setting);
        await on.Gateway.DeployPromptAsync(
            "both", """{% retrieve store: "a", as: x %}{% retrieve store: "b", as: y %}{% retrieve store: "a", as: z %}{{ x[0].text }}{{ y[0].text }}{{ z[0].text }}{% if false %}{% retrieve store: "c" %}{% endif %}""");

        Assert.Equal(200, (await AskAsync(on, new { id = "both" })).Status);

        Assert.Equal("ABA", on.Upstream.Requests[^1].Json.GetProperty("messages")[0].GetProperty("content").GetString());
        Assert.Equal(["a", "b"], retrieval.Requests.Select(request => request.Store).Order());
    }

    [Fact]
    public async Task A_query_may_hold_what_another_block_found()
    {
        await using var retrieval = await RetrievalServer.StartAsync();
        retrieval.Put("people", new FakePassage("p", "Ada Lovelace"));
        retrieval.Put("works", new FakePassage("w", "Notes"));
        await using var on = await GatewayOn.StartAsync(Store.Sqlite, retrieval.Setting);
        await on.Gateway.DeployPromptAsync("chain", """{% retrieve store: "people", as: p %}{% retrieve store: "works", query: p[0].text, as: w %}{{ w[0].text }}""");

        Assert.Equal(200, (await AskAsync(on, new { id = "chain" })).Status);

        Assert.Equal("Notes", on.Upstream.Requests[^1].Json.GetProperty("messages")[0].GetProperty("content").GetString());
        Assert.Equal(["How high is it?", "Ada Lovelace"], retrieval.Requests.Select(request => (string?)request.Body["query"]));
    }

    [Fact]
    public async Task Passages_beyond_the_budget_are_left_out_and_rendering_shows_both_without_a_call()
    {
        await using var retrieval = await RetrievalServer.StartAsync();
        retrieval.Put("long", new FakePassage("one", "The first is short.", 0.9), new FakePassage("two", string.Concat(Enumerable.Repeat("many words ", 200)), 0.8), new FakePassage("three", "So is the third.", 0.7));
        await using var on = await GatewayOn.StartAsync(Store.Sqlite, retrieval.Setting);
        await on.Gateway.DeployPromptAsync("long", """{% retrieve store: "long", query: "q", max_tokens: 60, as: p %}{{ p | map: 'text' | join: '|' }}""");

        var (status, body) = await on.Gateway.SendAsync(HttpMethod.Post, "/v1/prompts/long/render", new { });

        Assert.True(status == 200, body.ToString());
        Assert.Equal("The first is short.|So is the third.", body.GetProperty("body").GetProperty("messages")[0].GetProperty("content").GetString());
        var looked = Assert.Single(body.GetProperty("retrieved").EnumerateArray());
        Assert.Equal(["file-one", "file-three"], looked.GetProperty("passages").EnumerateArray().Select(passage => passage.GetProperty("file_id").GetString()));
        Assert.Equal("file-two", Assert.Single(looked.GetProperty("left_out").EnumerateArray()).GetProperty("file_id").GetString());
        Assert.InRange(looked.GetProperty("tokens").GetInt32(), 1, 60);
        Assert.DoesNotContain(on.Upstream.Requests, request => request.Method == "POST");
    }

    [Fact]
    public async Task A_service_that_is_away_fails_the_request()
    {
        await using var retrieval = await RetrievalServer.StartAsync();
        await using var on = await GatewayOn.StartAsync(Store.Sqlite, retrieval.Setting);
        await on.Gateway.DeployPromptAsync("needs", """{% retrieve store: "vs_1" %}""");
        retrieval.Fails = 500;
        Assert.Equal((502, "retrieval_failed"), await FailAsync(on, "needs"));
        retrieval.Fails = 503;
        Assert.Equal((503, "retrieval_unavailable"), await FailAsync(on, "needs"));
        Assert.DoesNotContain(on.Upstream.Requests, request => request.Method == "POST");
    }

    [Fact]
    public async Task A_service_that_hangs_fails_the_request_unless_the_block_is_not_required()
    {
        await using var retrieval = await RetrievalServer.StartAsync();
        await using var on = await GatewayOn.StartAsync(Store.Sqlite, retrieval.Setting, ("Gateway:Retrieval:Timeout", "00:00:00.200"));
        await on.Gateway.DeployPromptAsync("needs", """{% retrieve store: "vs_1" %}""");
        await on.Gateway.DeployPromptAsync("likes", """[{% retrieve store: "vs_1", required: false %}]""");
        retrieval.Hangs = true;
        Assert.Equal((503, "retrieval_timeout"), await FailAsync(on, "needs"));
        Assert.DoesNotContain(on.Upstream.Requests, request => request.Method == "POST");

        Assert.Equal(200, (await AskAsync(on, new { id = "likes" })).Status);
        Assert.Equal("[]", on.Upstream.Requests[^1].Json.GetProperty("messages")[0].GetProperty("content").GetString());
    }

    [Fact]
    public async Task A_store_that_is_not_there_is_a_404_also_for_a_block_that_is_not_required()
    {
        await using var retrieval = await RetrievalServer.StartAsync();
        await using var on = await GatewayOn.StartAsync(Store.Sqlite, retrieval.Setting);
        await on.Gateway.DeployPromptAsync("lost", """{% retrieve store: "vs_lost", required: false %}""");
        Assert.Equal((404, "vector_store_not_found"), await FailAsync(on, "lost"));
    }

    [Fact]
    public async Task A_prompt_may_be_called_by_a_key_that_may_not_read_its_store()
    {
        await using var retrieval = await RetrievalServer.StartAsync();
        retrieval.Put("guide", new FakePassage("alps", "High."));
        await using var on = await GatewayOn.StartAsync(Store.Sqlite, retrieval.Setting);
        var (project, admin) = await on.Gateway.MakeProjectAsync();
        await on.Gateway.DeployPromptAsync("guide", """{% retrieve store: "guide" %}""", key: admin);
        var key = await on.Gateway.PostAsync("/v1/keys", new { project_id = project, scopes = new[] { "inference" } }, "key");

        var (status, body, _) = await on.Gateway.CallAsync(new { prompt = new { id = "guide" }, messages = new[] { new { role = "user", content = Question } } }, key);

        Assert.True(status == 200, body.ToString());
        Assert.Contains(project, retrieval.Requests[^1].Claims.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{% retrieve query: "x" %}""", "line 1, column 13: 'retrieve' needs 'store' or 'router'")]
    [InlineData("""{% retrieve store: "s", router: "r" %}""", "'store' and 'router' may not both stand in 'retrieve'")]
    [InlineData("""{% retrieve store: "s", nonsense: 1 %}""", "column 25: 'nonsense' has no meaning in 'retrieve': it takes store, router, query")]
    [InlineData("""{% retrieve store: "s", max_results: 51 %}""", "column 25: 'max_results' must be an integer from 1 to 50")]
    [InlineData("""{% retrieve store: "s", strategy: "guess" %}""", "'strategy' must be one of: search, stuff")]
    [InlineData("""{% retrieve store: "s", store: "t" %}""", "'store' stands twice")]
    [InlineData("""{% retrieve store: "s", as: "p" %}""", "'as' names one variable")]
    [InlineData("one\n{% retrieve store: \"s\", query: unknown %}", "line 2, column 32: 'unknown' is not declared in variables")]
    public void What_is_wrong_with_a_tag_is_told_when_the_version_is_made(string text, string expected)
    {
        var error = Assert.Throws<ApiException>(() => PromptTemplates.Compile(new PromptContent { Messages = [new("system", text)] })).Error;
        Assert.Equal((400, "invalid_template", "messages[0].content"), (error.Status, error.Code, error.Param));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tags_stand_in_messages_only()
    {
        var error = Assert.Throws<ApiException>(() => PromptTemplates.Compile(new PromptContent
        {
            Messages = [new("system", "x")],
            Retrieval = [new("docs", "vs_1", """{% retrieve store: "s" %}""")],
        })).Error;
        Assert.Equal("retrieval[0].query", error.Param);
        Assert.Contains("'retrieve' stands in messages only", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_prompts_member_is_looked_up_with_all_that_it_says()
    {
        await using var retrieval = await RetrievalServer.StartAsync();
        retrieval.Put("vs_1", new FakePassage("a", "A"));
        await using var on = await GatewayOn.StartAsync(Store.Sqlite, retrieval.Setting);
        var (status, made) = await on.Gateway.SendAsync(HttpMethod.Post, "/v1/prompts", new
        {
            name = "member",
            model = "test/gpt-4o-mini",
            messages = new[] { new { role = "system", content = "{{ docs[0].text }}{{ docs[0].attributes.lang }}" } },
            variables = new[] { new { name = "topic" } },
            retrieval = new[] { new { name = "docs", vector_store_id = "vs_1", query = "about {{ topic }}", max_num_results = 3, filters = new { type = "eq", key = "lang", value = "en" } } },
        });
        Assert.True(status == 200, made.ToString());
        await on.Gateway.PutLabelAsync("member", "production", 1);

        Assert.Equal(200, (await AskAsync(on, new { id = "member", variables = new { topic = "hills" } })).Status);

        Assert.Equal("Aen", on.Upstream.Requests[^1].Json.GetProperty("messages")[0].GetProperty("content").GetString());
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""{"query": "about hills", "max_num_results": 3, "filters": {"type": "eq", "key": "lang", "value": "en"}}"""), Assert.Single(retrieval.Requests).Body));
    }

    private static Task<(int Status, JsonElement Body, string? Prompt)> AskAsync(GatewayOn on, object prompt) =>
        on.Gateway.CallAsync(new { prompt, messages = new[] { new { role = "user", content = Question } } });

    private static async Task<(int, string?)> FailAsync(GatewayOn on, string prompt)
    {
        var (status, body, _) = await AskAsync(on, new { id = prompt });
        return (status, body.Code());
    }
}
