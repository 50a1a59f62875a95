using System.Text;
using LlmGateway.TestKit.Upstream;

namespace LlmGateway.System.Tests;

/// <summary>Providers differ in paths and in the header for the key.</summary>
public sealed class AddressTests : IClassFixture<AddressTests.Providers>
{
    private readonly StandaloneProcess _gateway;

    public AddressTests(Providers providers)
    {
        _gateway = providers.Gateway;
        _gateway.Upstream.Forget();
    }

    [Theory]
    [InlineData("azure", "chat/completions", "/openai/deployments/my%20gpt/chat/completions?api-version=2024-10-21", "api-key", "azure-secret")]
    [InlineData("azure", "embeddings", "/openai/deployments/my%20gpt/embeddings?api-version=2024-10-21", "api-key", "azure-secret")]
    [InlineData("azure-v1", "chat/completions", "/openai/v1/chat/completions", "api-key", "azure-secret")]
    [InlineData("azure-v1", "responses", "/openai/v1/responses", "api-key", "azure-secret")]
    [InlineData("prefixed", "chat/completions", "/tenants/a%20b/openai/chat/completions", "Authorization", "Bearer prefixed-secret")]
    [InlineData("keyless", "chat/completions", "/keyless/v1/chat/completions", null, null)]
    public async Task Each_gets_its_own_address_and_key_and_never_the_callers(string provider, string operation, string target, string? header, string? secret)
    {
        var sent = await CallAsync(provider, operation, "", 200);
        Assert.Equal(target, sent.Path);
        Assert.Equal("my gpt", sent.Json.GetProperty("model").GetString());
        var credentials = sent.Headers.Where(one => one.Key is "api-key" or "Authorization" or "x-api-key").ToDictionary();
        Assert.Equal(header is null ? [] : new Dictionary<string, string> { [header] = secret! }, credentials);
        Assert.Equal("1", sent.Headers["x-llmgateway-hop"]);
    }

    [Fact]
    public async Task A_stream_from_Azure_arrives_whole()
    {
        var sent = await CallAsync("azure", "chat/completions", "\"stream\":true,", 200, "data: [DONE]");
        Assert.True(sent.Json.GetProperty("stream_options").GetProperty("include_usage").GetBoolean());
    }

    [Fact]
    public async Task A_call_that_came_from_a_gateway_goes_no_further()
    {
        foreach (var path in new[] { "chat/completions", "moderations" })
        {
            using var content = Body("keyless", "");
            content.Headers.Add("x-llmgateway-hop", "1");
            using var response = await _gateway.Http.PostAsync($"/v1/{path}", content, TestContext.Current.CancellationToken);
            Assert.Equal(508, (int)response.StatusCode);
        }

        Assert.DoesNotContain(_gateway.Upstream.Requests, request => request.Method == "POST");
    }

    private async Task<UpstreamRequest> CallAsync(string provider, string operation, string more, int status, string contains = "")
    {
        using var content = Body(provider, more);
        using var response = await _gateway.Http.PostAsync($"/v1/{operation}", content, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True((int)response.StatusCode == status, text);
        Assert.Contains(contains, text, StringComparison.Ordinal);
        return Assert.Single(_gateway.Upstream.Requests, request => request.Method == "POST");
    }

    private static StringContent Body(string provider, string more) => new(
        $$"""{"model":"{{provider}}/my gpt",{{more}}"input":"hi","messages":[{"role":"user","content":"hi"}]}""", Encoding.UTF8, "application/json");

    public sealed class Providers : StandaloneFixture
    {
        protected override Task<StandaloneProcess> StartAsync() => StandaloneProcess.StartConfiguredAsync(
            """
            {"Gateway":{"Providers":{
              "azure":{"Kind":"Azure","BaseUrl":"{upstream}/","ApiKey":"azure-secret","ApiVersion":"2024-10-21"},
              "azure-v1":{"Kind":"Azure","BaseUrl":"{upstream}","ApiKey":"azure-secret"},
              "prefixed":{"BaseUrl":"{upstream}/tenants/a%20b/openai/","ApiKey":"prefixed-secret"},
              "keyless":{"BaseUrl":"{upstream}/keyless/v1"}}}}
            """);
    }
}
