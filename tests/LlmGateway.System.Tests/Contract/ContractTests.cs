using System.Text;

namespace LlmGateway.System.Tests;

/// <summary>Every kind of answer and stream event, judged by OpenAI's own document.</summary>
public abstract class ContractTests(RunningSystem gateway) : Scenario(gateway)
{
    private const string Tool = """{"name":"get_weather","description":"Get the weather of a city","parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}""";

    /// <summary>Operation, request, and whether its answers may come from the cache.</summary>
    public static TheoryData<string, string, string> Calls => new()
    {
        { "text", "/chat/completions", Chat("") },
        { "two choices", "/chat/completions", Chat(""","n":2""") },
        { "cut", "/chat/completions", Chat(""","max_tokens":2""") },
        { "tool", "/chat/completions", Chat($$""","tool_choice":"required","tools":[{"type":"function","function":{{Tool}}}]""") },
        { "text", "/responses", Response("") },
        { "cut", "/responses", Response(""","max_output_tokens":16""") },
        { "tool", "/responses", Response($$""","tool_choice":"required","tools":[{"type":"function",{{Tool[1..]}}]""") },
        { "text", "/completions", """{"model":"local/chat","temperature":0,"prompt":"What is the weather in Paris?"}""" },
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Fresh_answers_and_replays_keep_the_contract_in_either_form(string kind, string path, string request)
    {
        // A namespace of its own, so that what is stored first is known: once the plain answer, once the stream.
        foreach (var (store, replay) in new[] { (false, true), (true, false) })
        {
            var space = $"{kind} {store}";
            foreach (var (streamed, cache) in new[] { (store, "fwd"), (store, "hit"), (replay, "hit") })
            {
                using var response = await SendAsync(path, streamed ? Streamed(request) : request, space);
                Assert.Contains(cache, response.Headers.GetValues("Cache-Status").Single(), StringComparison.Ordinal);
                await AssertKeptAsync(path, streamed, response);
            }
        }
    }

    [Theory]
    [InlineData("float")]
    [InlineData("base64")]
    public async Task Embeddings_keep_the_contract(string format)
    {
        var request = $$"""{"model":"local/embedding","input":["a","b"],"encoding_format":"{{format}}"}""";
        foreach (var cache in new[] { "fwd", "hit" })
        {
            using var response = await SendAsync("/embeddings", request, "embeddings");
            Assert.Contains(cache, response.Headers.GetValues("Cache-Status").Single(), StringComparison.Ordinal);
            var body = await response.Content.ReadAsStringAsync(Cancel);
            SharedContract.AssertKept("POST", "/embeddings", 200, body);
        }
    }

    [Theory]
    [InlineData("GET", "/models", "/models", null, 200)]
    [InlineData("GET", "/models/local/chat", "/models/{model}", null, 200)]
    [InlineData("GET", "/models/local/none", "/models/{model}", null, 404)]
    [InlineData("POST", "/chat/completions", "/chat/completions", """{"model":""", 400)]
    [InlineData("POST", "/chat/completions", "/chat/completions", """{"model":"local/none","messages":[{"role":"user"}]}""", 404)]
    [InlineData("POST", "/chat/completions", "/chat/completions", """{"model":"local/chat","stream":true,"messages":[{"role":"user","content":"x"}],"n":0}""", 400)]
    [InlineData("GET", "/chat/completions?limit=0", "/chat/completions", null, 400)]
    [InlineData("GET", "/chat/completions/none", "/chat/completions/{completion_id}", null, 404)]
    [InlineData("POST", "/responses", "/responses", """{"model":"local/chat","input":7}""", 400)]
    [InlineData("POST", "/embeddings", "/embeddings", """{"model":"local/embedding","input":[]}""", 400)]
    public async Task Models_and_errors_keep_the_contract(string method, string url, string path, string? body, int status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), $"/v1{url}");
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await Http.SendAsync(request, Cancel);
        var text = await response.Content.ReadAsStringAsync(Cancel);
        Assert.True((int)response.StatusCode == status, text);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        SharedContract.AssertKept(method, path, status, text);
    }

    private async Task AssertKeptAsync(string path, bool streamed, HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync(Cancel);
        Assert.True(response.IsSuccessStatusCode, text);
        Assert.Equal(streamed ? "text/event-stream" : "application/json", response.Content.Headers.ContentType?.MediaType);
        if (!streamed)
        {
            SharedContract.AssertKept("POST", path, 200, text);
            return;
        }

        var events = EventText.Data(text);
        Assert.NotEmpty(events);
        Assert.All(events, data => SharedContract.AssertEventKept(path, data));
    }

    private async Task<HttpResponseMessage> SendAsync(string path, string body, string space)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1{path}") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("x-llmgateway-cache-namespace", space);
        return await Http.SendAsync(request, Cancel);
    }

    private static string Chat(string more) =>
        $$"""{"model":"local/chat","temperature":0,"messages":[{"role":"user","content":"What is the weather in Paris?"}]{{more}}}""";

    private static string Response(string more) => $$"""{"model":"local/chat","temperature":0,"input":"What is the weather in Paris?"{{more}}}""";

    private static string Streamed(string request) => $$"""{"stream":true,{{request[1..]}}""";
}

[Collection<StandaloneShape>]
public sealed class ContractInStandalone(StandaloneFixture fixture) : ContractTests(fixture.Gateway);

[Collection<ServicesShape>]
public sealed class ContractInServices(ServicesFixture fixture) : ContractTests(fixture.Gateway);
