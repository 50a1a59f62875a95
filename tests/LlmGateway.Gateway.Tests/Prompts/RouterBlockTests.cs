using LlmGateway.Gateway.Tests.ProjectModels;
using LlmGateway.Gateway.Tests.Retrieval;

namespace LlmGateway.Gateway.Tests.Prompts;

/// <summary>Prompts that have a router choose the store.</summary>
public sealed class RouterBlockTests
{
    private const string Question = "How high is it?";
    private const string Prompt = """[{% retrieve router: "router_1", max_results: 1, as: p %}{{ p[0].text }}]""";

    [Fact]
    public async Task The_store_is_searched_that_the_router_names()
    {
        await using var retrieval = await RetrievalServer.StartAsync();
        retrieval.PutAnswer("routers/router_1/route", """{"label": "alps", "vector_store_id": "vs_alps"}""");
        retrieval.Put("vs_alps", new FakePassage("alps", "4,806 m"));

        Assert.Equal((200, "[4,806 m]"), await AskAsync(retrieval, Prompt));

        Assert.Equal([("routers/router_1/route", Question), ("vs_alps", Question)], retrieval.Requests.Select(request => (request.Store, (string)request.Body["query"]!)));
    }

    [Theory]
    [InlineData("""{"label": "orders", "source_id": "src_1"}""")]
    [InlineData("""{"label": "chat"}""")]
    public async Task Nothing_is_written_where_the_router_names_no_store(string answer)
    {
        await using var retrieval = await RetrievalServer.StartAsync();
        retrieval.PutAnswer("routers/router_1/route", answer);

        Assert.Equal((200, "[]"), await AskAsync(retrieval, Prompt));
        Assert.Equal((200, "[]"), await AskAsync(retrieval, """[{% retrieve router: "router_1", strategy: "stuff" %}]"""));

        Assert.Equal(2, retrieval.Requests.Count);
    }

    [Fact]
    public async Task A_router_that_is_not_there_or_away_fails_the_request_unless_the_block_is_not_required()
    {
        await using var retrieval = await RetrievalServer.StartAsync();
        retrieval.Fails = 502;
        Assert.Equal(502, (await AskAsync(retrieval, Prompt)).Status);
        Assert.Equal((200, "[]"), await AskAsync(retrieval, """[{% retrieve router: "router_1", required: false %}]"""));
        retrieval.Fails = null;
        Assert.Equal(404, (await AskAsync(retrieval, Prompt)).Status);
    }

    [Fact]
    public async Task A_blank_query_asks_no_router()
    {
        await using var retrieval = await RetrievalServer.StartAsync();
        Assert.Equal((200, "[]"), await AskAsync(retrieval, """[{% retrieve router: "router_1", query: " " %}]"""));
        Assert.Empty(retrieval.Requests);
    }

    /// <returns>The status, and what the model was sent first.</returns>
    private static async Task<(int Status, string? Sent)> AskAsync(RetrievalServer retrieval, string prompt)
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite, retrieval.Setting);
        await on.Gateway.DeployPromptAsync("routed", prompt);
        var (status, _, _) = await on.Gateway.CallAsync(new { prompt = new { id = "routed" }, messages = new[] { new { role = "user", content = Question } } });
        return (status, on.Upstream.Requests.LastOrDefault(request => request.Method == "POST")?.Json.GetProperty("messages")[0].GetProperty("content").GetString());
    }
}
