using System.Net;
using System.Text;
using System.Text.Json;

namespace LlmGateway.Datasets.Tests.Feedback;

/// <summary>Feedback as clients send it.</summary>
internal static class Sayings
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    public static async Task<JsonElement> SayAsync(this HttpClient client, string body)
    {
        using var content = Json(body);
        var response = await client.PostAsync("/v1/feedback", content, Cancel);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Cancel));
        return await response.JsonAsync();
    }

    public static async Task<JsonElement> RefusedAsync(this HttpClient client, string body, HttpStatusCode status)
    {
        using var content = Json(body);
        var response = await client.PostAsync("/v1/feedback", content, Cancel);
        Assert.Equal((body, status), (body, response.StatusCode));
        return (await response.JsonAsync()).GetProperty("error");
    }
}
