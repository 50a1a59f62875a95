using System.Diagnostics.Metrics;
using System.Net.Http.Headers;
using System.Text;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;

namespace LlmGateway.System.Tests;

/// <summary>Each refusal is counted by its status and code, and reaches no provider.</summary>
public sealed class RefusalMetricTests : IAsyncLifetime
{
    private const string Chat = """{"model":"test/m","messages":[{"role":"user","content":"hi"}]}""";
    private UpstreamServer _upstream = null!;
    private InProcessGateway _gateway = null!;
    private MetricCollector<long> _refused = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _upstream = await UpstreamServer.StartAsync();
        _gateway = await InProcessGateway.StartAsync(_upstream.BaseUrl, ("Gateway:MaxRequestBytes", "65536"));
        _refused = new(_gateway.Services.GetRequiredService<IMeterFactory>(), "LlmGateway.Service", "llmgateway.requests.rejected");
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Theory]
    [InlineData("POST", "/v1/chat/completions", "{", 400, "invalid_json")]
    [InlineData("POST", "/v1/chat/completions", """{"model":"nobody/m","messages":[{"role":"user"}]}""", 404, "model_not_found")]
    [InlineData("PUT", "/v1/chat/completions", "{}", 405, "method_not_allowed")]
    [InlineData("GET", "/v1/threads", null, 404, "unknown_url")]
    [InlineData("POST", "/v1/files", "{}", 404, "unknown_url")]
    public async Task A_refused_request_is_counted_once(string method, string path, string? body, int status, string code)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _gateway.Http.SendAsync(request, Cancel);
        AssertCounted(response, status, code);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_over_the_limit_is_counted_sent_whole_or_in_chunks(bool chunked)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = new ByteArrayContent(new byte[70_000]) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.TransferEncodingChunked = chunked;
        using var response = await _gateway.Http.SendAsync(request, Cancel);
        AssertCounted(response, 413, "request_too_large");
    }

    [Theory]
    [InlineData(null, "missing_api_key")]
    [InlineData("sk-lg-wrong", "invalid_api_key")]
    public async Task A_missing_or_wrong_key_is_counted(string? key, string code)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = new StringContent(Chat) };
        request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        using var client = new HttpClient { BaseAddress = _gateway.Http.BaseAddress };
        using var response = await client.SendAsync(request, Cancel);
        AssertCounted(response, 401, code);
    }

    [Fact]
    public async Task A_client_that_sends_its_body_too_slowly_is_ended_with_408_and_counted()
    {
        var answer = await RawRequest.PostAsync(_gateway.Http.BaseAddress!, "/v1/chat/completions", "Content-Length: 1000", [.. "{\"model\""u8]);
        Assert.StartsWith("HTTP/1.1 408", answer, StringComparison.Ordinal);
        Assert.Contains("\"request_timeout\"", answer, StringComparison.Ordinal);
        AssertCounted(408, "request_timeout");
    }

    private void AssertCounted(HttpResponseMessage response, int status, string code)
    {
        Assert.Equal(status, (int)response.StatusCode);
        AssertCounted(status, code);
    }

    private void AssertCounted(int status, string code)
    {
        var counted = Assert.Single(_refused.GetMeasurementSnapshot());
        Assert.Equal(1, counted.Value);
        Assert.Equal(status, counted.Tags["http.response.status_code"]);
        Assert.Equal(code, counted.Tags["error.type"]);
        Assert.DoesNotContain(_upstream.Requests, request => request.Method == "POST");
    }
}
