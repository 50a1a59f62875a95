using System.Text;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;

namespace LlmGateway.Gateway.Tests.Recording;

/// <summary>A call that is refused has an id too: what went wrong is asked by it.</summary>
public sealed class RefusedCallTests
{
    [Theory]
    [InlineData("""{"model": "nobody/none", "messages": []}""")]
    [InlineData("""{"model": """)]
    public async Task Its_answer_names_it(string body)
    {
        await using var upstream = await UpstreamServer.StartAsync();
        await using var gateway = await InProcessGateway.StartAsync(upstream.BaseUrl);

        using var response = await gateway.Http.PostAsync(
            "/v1/chat/completions", new StringContent(body, Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);

        Assert.InRange((int)response.StatusCode, 400, 404);
        Assert.True(Guid.TryParse(response.Headers.GetValues("x-llmgateway-inference-id").Single(), out _));
    }
}
