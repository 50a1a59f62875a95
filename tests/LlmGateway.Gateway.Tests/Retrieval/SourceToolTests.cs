using System.Text.Json;
using LlmGateway.Gateway.Tests.ProjectModels;

namespace LlmGateway.Gateway.Tests.Retrieval;

/// <summary>Structured sources as tools.</summary>
public sealed class SourceToolTests
{
    private const string Function = """{"type":"function","function":{"name":"query_shop","description":"Orders.","parameters":{"type":"object"}}}""";
    private static readonly object Own = new { type = "function", function = new { name = "own" } };

    [Fact]
    public async Task A_source_is_a_function_in_its_place_and_all_else_keeps_its_bytes()
    {
        await using var retrieval = await RetrievalServer.StartAsync();
        retrieval.PutAnswer("sources/src_1/tool", Function);
        await using var on = await GatewayOn.StartAsync(Store.Sqlite, retrieval.Setting);

        Assert.Equal(200, (await ChatAsync(on, Own, new { type = "llmgateway.source", source_id = "src_1" }, Own)).Status);
        var sent = on.Upstream.Requests[^1].Json;
        Assert.Equal(["own", "query_shop", "own"], sent.GetProperty("tools").EnumerateArray().Select(tool => tool.GetProperty("function").GetProperty("name").GetString()));
        Assert.Equal(Function, sent.GetProperty("tools")[1].GetRawText());
        Assert.Equal("How many?", sent.GetProperty("messages")[0].GetProperty("content").GetString());
    }

    [Fact]
    public async Task Responses_have_the_functions_members_beside_its_type()
    {
        await using var retrieval = await RetrievalServer.StartAsync();
        retrieval.PutAnswer("sources/src_1/tool", Function);
        await using var on = await GatewayOn.StartAsync(Store.Sqlite, retrieval.Setting);
        var body = new { model = "test/gpt-4o-mini", input = "How many?", tools = new[] { new { type = "llmgateway.source", source_id = "src_1" } } };

        Assert.Equal(200, (await on.Gateway.SendAsync(HttpMethod.Post, "/v1/responses", body)).Status);
        Assert.Equal(
            """{"type":"function","name":"query_shop","description":"Orders.","parameters":{"type":"object"},"strict":false}""",
            on.Upstream.Requests[^1].Json.GetProperty("tools")[0].GetRawText());
    }

    [Theory]
    [InlineData("""{"type": "llmgateway.source"}""", 400, "tools[0].source_id")]
    [InlineData("""{"type": "llmgateway.source", "source_id": 5}""", 400, "tools[0].source_id")]
    [InlineData("""{"type": "llmgateway.source", "source_id": "src_1", "connection": "Host=evil"}""", 400, "tools[0].connection")]
    [InlineData("""{"type": "llmgateway.source", "source_id": "src_lost"}""", 404, "tools[0]")]
    public async Task A_malformed_source_is_refused_naming_its_field(string tool, int status, string param)
    {
        await using var retrieval = await RetrievalServer.StartAsync();
        await using var on = await GatewayOn.StartAsync(Store.Sqlite, retrieval.Setting);
        var (answered, body) = await ChatAsync(on, JsonElement.Parse(tool));
        Assert.Equal((status, param), (answered, body.GetProperty("error").GetProperty("param").GetString()));
        Assert.DoesNotContain(on.Upstream.Requests, request => request.Method == "POST");
    }

    private static Task<(int Status, JsonElement Body)> ChatAsync(GatewayOn on, params object[] tools) => on.Gateway.SendAsync(
        HttpMethod.Post, "/v1/chat/completions", new { model = "test/gpt-4o-mini", messages = new[] { new { role = "user", content = "How many?" } }, tools });
}
