using System.Text;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;

namespace LlmGateway.Gateway.Tests.Recording;

/// <summary>An episode groups calls: a caller names it, or learns the name of a new one.</summary>
public sealed class EpisodeTests
{
    private const string Episode = "x-llmgateway-episode-id";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_call_without_one_is_told_a_new_one_by_which_the_next_goes_on(bool streams)
    {
        await using var upstream = await UpstreamServer.StartAsync();
        await using var gateway = await InProcessGateway.StartAsync(upstream.BaseUrl);
        var first = await AskAsync(gateway, streams, null);
        Assert.StartsWith("ep_", first, StringComparison.Ordinal);
        Assert.Equal(first, await AskAsync(gateway, streams, first));
        Assert.NotEqual(first, await AskAsync(gateway, streams, null));
        Assert.Equal("ticket 7", await AskAsync(gateway, streams, "ticket 7"));
    }

    private static async Task<string> AskAsync(InProcessGateway gateway, bool streams, string? episode)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = new StringContent(
                $$"""{"model":"test/gpt","stream":{{(streams ? "true" : "false")}},"messages":[{"role":"user","content":"hi"}]}""", Encoding.UTF8, "application/json"),
        };
        if (episode is not null)
        {
            request.Headers.Add(Episode, episode);
        }

        using var response = await gateway.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return response.Headers.GetValues(Episode).Single();
    }
}
