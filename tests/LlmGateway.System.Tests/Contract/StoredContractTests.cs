using System.Text.Json;
using LlmGateway.TestKit;

namespace LlmGateway.System.Tests;

/// <summary>Stored completions, judged by OpenAI's own document.</summary>
public abstract class StoredContractTests(RunningSystem gateway) : Scenario(gateway)
{
    [Theory]
    [InlineData("plain", """{"model":"local/chat","messages":[{"role":"user","content":"hello"}],"store":true,"metadata":{"kind":"plain"}}""")]
    [InlineData("streamed", """{"model":"local/chat","stream":true,"messages":[{"role":"user","content":"hello"}],"store":true,"metadata":{"kind":"streamed"}}""")]
    [InlineData("parts", """{"model":"local/chat","temperature":0,"messages":[{"role":"user","content":[{"type":"text","text":"hello"}]}],"store":true,"metadata":{"kind":"parts"}}""")]
    [InlineData("tool", """{"model":"local/chat","messages":[{"role":"user","content":"weather in Paris"}],"store":true,"metadata":{"kind":"tool"},"tool_choice":"required","tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}]}""")]
    public async Task They_keep_the_contract_whatever_was_stored(string kind, string request)
    {
        (await Http.PostAsync("/v1/chat/completions", Json(request), Cancel)).Dispose();
        var list = await Eventually.GetAsync<string>(
            async token => await Http.GetStringAsync($"/v1/chat/completions?metadata[kind]={kind}", token) is var page && page.Contains("chatcmpl", StringComparison.Ordinal) ? page : null,
            "the completion to be stored");
        SharedContract.AssertKept("GET", "/chat/completions", 200, list);

        using var json = JsonDocument.Parse(list);
        var url = $"/v1/chat/completions/{json.RootElement.GetProperty("first_id").GetString()}";
        await AssertAsync("GET", url, "/chat/completions/{completion_id}");
        await AssertAsync("GET", $"{url}/messages", "/chat/completions/{completion_id}/messages");
        await AssertAsync("POST", url, "/chat/completions/{completion_id}", """{"metadata":{"kind":"changed"}}""");
        await AssertAsync("DELETE", url, "/chat/completions/{completion_id}");
    }

    [Fact]
    public async Task An_empty_list_keeps_the_contract() =>
        await AssertAsync("GET", "/v1/chat/completions?metadata[kind]=none", "/chat/completions");

    private async Task AssertAsync(string method, string url, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), url) { Content = body is null ? null : Json(body) };
        using var response = await Http.SendAsync(request, Cancel);
        var text = await response.Content.ReadAsStringAsync(Cancel);
        Assert.True(response.IsSuccessStatusCode, text);
        SharedContract.AssertKept(method, path, 200, text);
    }
}

[Collection<StandaloneShape>]
public sealed class StoredContractInStandalone(StandaloneFixture fixture) : StoredContractTests(fixture.Gateway);

[Collection<ServicesShape>]
public sealed class StoredContractInServices(ServicesFixture fixture) : StoredContractTests(fixture.Gateway);
