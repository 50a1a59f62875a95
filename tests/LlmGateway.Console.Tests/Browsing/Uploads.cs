using System.Net.Http.Json;
using System.Text.Json;

namespace LlmGateway.Console.Tests.Browsing;

/// <summary>Files for the API.</summary>
internal static class Uploads
{
    /// <summary>The file's id.</summary>
    public static async Task<string> SendAsync(HttpClient http, string purpose, string name, string text)
    {
        using var form = new MultipartFormDataContent { { new StringContent(purpose), "purpose" }, { new StringContent(text), "file", name } };
        using var response = await http.PostAsync("/v1/files", form, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("id").GetString()!;
    }
}
