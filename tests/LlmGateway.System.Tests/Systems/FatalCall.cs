using System.Text;
using System.Text.Json;

namespace LlmGateway.System.Tests;

/// <summary>
/// A call that begins what kills the process that answers it. Its answer may be lost: what it begins may come to the crash point
/// before the answer is on its way. What it made is found afterwards.
/// </summary>
internal static class FatalCall
{
    /// <summary>Posts JSON, and fails if it is refused.</summary>
    public static async Task PostAsync(HttpClient http, string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        try
        {
            using var response = await http.PostAsync(path, content);

            // A gateway before the process that died answers in its stead.
            Assert.True(response.IsSuccessStatusCode || (int)response.StatusCode >= 500, $"{(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
        }
        catch (HttpRequestException)
        {
            // The exit that follows tells that it was heard.
        }
    }

    /// <summary>The only one that there is on a list.</summary>
    /// <returns>Its id.</returns>
    public static async Task<string> MadeAsync(HttpClient http, string list) =>
        Assert.Single(JsonElement.Parse(await http.GetStringAsync(list)).GetProperty("data").EnumerateArray()).GetProperty("id").GetString()!;
}
