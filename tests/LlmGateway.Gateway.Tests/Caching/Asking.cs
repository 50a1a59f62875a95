using System.Text;
using LlmGateway.Gateway.Redis;
using LlmGateway.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Gateway.Tests.Caching;

/// <summary>Questions whose answers may be cached.</summary>
internal static class Asking
{
    /// <summary>Asks and insists on a good answer.</summary>
    /// <returns>What the cache did, as <c>Cache-Status</c> tells it behind the cache's name.</returns>
    public static async Task<string> AskAsync(this InProcessGateway gateway, string question, string? key = null, string? model = null, string members = "")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = new StringContent(
                $$"""{"model":"{{model ?? "test/gpt-4o-mini"}}","temperature":0,{{members}}"messages":[{"role":"user","content":"{{question}}"}]}""",
                Encoding.UTF8, "application/json"),
        };
        if (key is not null)
        {
            request.Headers.Authorization = new("Bearer", key);
        }

        using var response = await gateway.Http.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return response.Headers.GetValues("Cache-Status").Single()["llmgateway; ".Length..];
    }

    /// <summary>Returns when the gateway uses Redis.</summary>
    public static Task RedisAnswersAsync(this InProcessGateway gateway)
    {
        var breaker = gateway.Services.GetRequiredService<RedisBreaker>();
        return Eventually.TrueAsync(() => !breaker.IsOpen, "Redis to answer");
    }
}
