using System.Text;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;

namespace LlmGateway.System.Tests;

/// <summary>A service manager's SIGTERM ends the program without cutting anything off.</summary>
public sealed class ShutdownTests
{
    [Fact]
    public async Task A_stream_under_way_ends_well_and_is_stored()
    {
        var release = new TaskCompletionSource();
        await using var gateway = await StandaloneProcess.StartAsync();
        gateway.Upstream.Script = new UpstreamScript { BeforeChunk = (index, token) => index == 2 ? release.Task.WaitAsync(token) : Task.CompletedTask };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = new StringContent("""{"model":"test/gpt-4o-mini","stream":true,"messages":[{"role":"user","content":"hi"}]}""", Encoding.UTF8, "application/json"),
        };
        using var response = await gateway.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        var id = response.Headers.GetValues("x-llmgateway-inference-id").Single();

        gateway.Terminate();
        await Eventually.TrueAsync(_ => IsRefusedAsync(gateway.BaseUrl), "the program to take no more calls");
        release.SetResult();
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.EndsWith("data: [DONE]\n\n", text, StringComparison.Ordinal);
        Assert.Equal(0, await gateway.WaitForExitAsync());

        await gateway.RestartAsync();
        await Eventually.TrueAsync(
            async token => (await gateway.Http.GetAsync($"/v1/inferences/{id}", token)).IsSuccessStatusCode, "the call to be stored");
    }

    private static async Task<bool> IsRefusedAsync(Uri address)
    {
        using var client = new HttpClient();
        try
        {
            using var response = await client.GetAsync(new Uri(address, "/alive"));
            return false;
        }
        catch (HttpRequestException)
        {
            return true;
        }
    }
}
