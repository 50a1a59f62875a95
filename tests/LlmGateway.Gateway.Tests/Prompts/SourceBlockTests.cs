using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Gateway.Prompts;
using LlmGateway.Gateway.Prompts.Templates;
using LlmGateway.Gateway.Tests.ProjectModels;
using LlmGateway.Gateway.Tests.Retrieval;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Tests.Prompts;

/// <summary>Prompts that ask structured sources, and that have their examples chosen from datasets.</summary>
public sealed class SourceBlockTests
{
    private const string Examples = """{"data": [{"id": "a", "input": "nearest?", "output": "yes"}, {"id": "b", "input": "near?", "output": "no"}]}""";

    [Fact]
    public async Task Rows_are_a_variable_or_text_and_values_are_bound()
    {
        await using var retrieval = await RetrievalServer.StartAsync();
        retrieval.PutAnswer("sources/src_1/query", """{"rows": [{"name": "Ada", "total": 19.75}, {"name": "Grace", "total": 99}], "truncated": false}""");
        await using var on = await GatewayOn.StartAsync(Store.Sqlite, retrieval.Setting);
        await on.Gateway.DeployPromptAsync(
            "orders",
            """{% sql source: "src_1", query: "select name, total from orders where id = :id and ok = :ok", id: order, ok: true, as: rows %}{% for r in rows %}{{ r.name }}={{ r.total }};{% endfor %}{% sql source: "src_1", query: "select 1" %}""",
            variables: [PromptCalls.Variable("order")]);

        var (status, body, _) = await AskAsync(on, new { id = "orders", variables = new { order = "7' or '1'='1" } });

        Assert.True(status == 200, body.ToString());
        Assert.Equal("""Ada=19.75;Grace=99;{"name":"Ada","total":19.75}""" + "\n" + """{"name":"Grace","total":99}""", Sent(on)[0].GetProperty("content").GetString());
        Assert.Contains(retrieval.Requests, request => JsonNode.DeepEquals(
            JsonNode.Parse("""{"arguments": {"query": "select name, total from orders where id = :id and ok = :ok", "parameters": {"id": "7' or '1'='1", "ok": true}}}"""), request.Body));
        Assert.Contains(retrieval.Requests, request => JsonNode.DeepEquals(JsonNode.Parse("""{"arguments": {"query": "select 1", "parameters": {}}}"""), request.Body));
    }

    [Fact]
    public async Task A_source_that_is_not_there_is_a_404()
    {
        await using var retrieval = await RetrievalServer.StartAsync();
        await using var on = await GatewayOn.StartAsync(Store.Sqlite, retrieval.Setting);
        await on.Gateway.DeployPromptAsync("lost", """{% sql source: "src_lost", query: "select 1" %}""");
        Assert.Equal(404, (await AskAsync(on, new { id = "lost" })).Status);
        Assert.DoesNotContain(on.Upstream.Requests, request => request.Method == "POST");
    }

    [Theory]
    [InlineData("""{% sql query: "select 1" %}""", "'sql' needs 'source'")]
    [InlineData("""{% sql source: "s" %}""", "'sql' needs 'query'")]
    [InlineData("""{% assign q = "select 1" %}{% sql source: "s", query: q %}""", "'query' must be written out here")]
    [InlineData("""{% sql source: "s", query: "select 1", id: 1, id: 2 %}""", "'id' stands twice")]
    [InlineData("""{% examples k: 2 %}""", "'examples' needs 'dataset'")]
    [InlineData("""{% examples dataset: "d", k: 0 %}""", "'k' must be an integer from 1 to 100")]
    [InlineData("""{% examples dataset: "d", diversity: 1.5 %}""", "'diversity' must be a number from 0 to 1")]
    [InlineData("""{% examples dataset: "d", mode: "magic" %}""", "'mode' must be one of: lexical, hybrid")]
    public void What_is_wrong_with_a_tag_is_told_when_the_version_is_made(string text, string expected)
    {
        var error = Assert.Throws<ApiException>(() => PromptTemplates.Compile(new PromptContent { Messages = [new("system", text)] })).Error;
        Assert.Equal((400, "invalid_template", "messages[0].content"), (error.Status, error.Code, error.Param));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Examples_are_written_with_the_likest_last_or_set_a_variable()
    {
        await using var retrieval = await RetrievalServer.StartAsync();
        retrieval.PutAnswer("examples", Examples);
        await using var on = await GatewayOn.StartAsync(Store.Sqlite, retrieval.Setting);
        await on.Gateway.DeployPromptAsync("shots", """{% examples dataset: "ds_1@3", k: 2, diversity: 0.5, balanced: true %}{% examples dataset: "ds_1", as: s %}|{{ s[1].input }}""");

        Assert.Equal(200, (await AskAsync(on, new { id = "shots" })).Status);

        Assert.Equal("Input: near?\nOutput: no\n\nInput: nearest?\nOutput: yes|nearest?", Sent(on)[0].GetProperty("content").GetString());
        Assert.Contains(retrieval.Requests, request => JsonNode.DeepEquals(
            JsonNode.Parse("""{"dataset": "ds_1@3", "k": 2, "diversity": 0.5, "balanced": true, "query": "Is it?", "exclude_texts": ["Is it?"]}"""), request.Body));
    }

    [Fact]
    public async Task Few_shot_examples_may_come_from_a_dataset()
    {
        await using var retrieval = await RetrievalServer.StartAsync();
        retrieval.PutAnswer("examples", Examples);
        await using var on = await GatewayOn.StartAsync(Store.Sqlite, retrieval.Setting);
        var (status, made) = await on.Gateway.SendAsync(HttpMethod.Post, "/v1/prompts", new
        {
            name = "few",
            model = "test/gpt-4o-mini",
            messages = new[] { new { role = "system", content = "Answer." } },
            few_shot = new { dataset = "ds_1", split = "train", k = 2 },
        });
        Assert.True(status == 200, made.ToString());
        await on.Gateway.PutLabelAsync("few", "production", 1);

        Assert.Equal(200, (await AskAsync(on, new { id = "few" })).Status);

        Assert.Equal(["Answer.", "near?", "no", "nearest?", "yes", "Is it?"], Sent(on).Select(message => message.GetProperty("content").GetString()));
        Assert.Equal("train", (string?)Assert.Single(retrieval.Requests).Body["split"]);
    }

    [Theory]
    [InlineData("few_shot.k", null, "ds_1", null)]
    [InlineData("few_shot.split", 2, "ds_1", "nowhere")]
    [InlineData("few_shot.dataset", 2, "", null)]
    [InlineData("few_shot.split", 2, null, "train")]
    public void A_dataset_of_examples_is_checked_when_the_version_is_made(string param, int? k, string? dataset, string? split)
    {
        var block = new FewShotBlock { K = k, Dataset = dataset, Split = split };
        Assert.Equal(param, Assert.Throws<ApiException>(() => PromptTemplates.Compile(new PromptContent { Messages = [new("system", "x")], FewShot = block })).Error.Param);
    }

    private static List<JsonElement> Sent(GatewayOn on) => [.. on.Upstream.Requests[^1].Json.GetProperty("messages").EnumerateArray()];

    private static Task<(int Status, JsonElement Body, string? Prompt)> AskAsync(GatewayOn on, object prompt) =>
        on.Gateway.CallAsync(new { prompt, messages = new[] { new { role = "user", content = "Is it?" } } });
}
