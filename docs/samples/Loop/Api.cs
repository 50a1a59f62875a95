using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace Loop;

/// <summary>The public API, by plain HTTP and JSON, as a program in any language would use it.</summary>
internal sealed class Api : IDisposable
{
    private readonly HttpClient _http;

    public Api(Uri baseUrl, string key)
    {
        _http = new HttpClient { BaseAddress = baseUrl, Timeout = TimeSpan.FromMinutes(5) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    public void Dispose() => _http.Dispose();

    public Task<JsonNode> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null);

    public Task<JsonNode> PostAsync(string path, JsonObject body) => SendAsync(HttpMethod.Post, path, JsonContent.Create(body));

    public Task<JsonNode> PutAsync(string path, JsonObject body) => SendAsync(HttpMethod.Put, path, JsonContent.Create(body));

    /// <summary>Uploads lines as a JSONL file.</summary>
    /// <returns>The file's id.</returns>
    public async Task<string> UploadAsync(string name, string purpose, IEnumerable<string> lines)
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent(purpose), "purpose" },
            { new ByteArrayContent(Encoding.UTF8.GetBytes(string.Join('\n', lines))), "file", name },
        };
        return (await SendAsync(HttpMethod.Post, "/v1/files", form))["id"]!.GetValue<string>();
    }

    public async Task<string> GetTextAsync(string path)
    {
        using var response = await _http.GetAsync(path);
        await ThrowIfRefusedAsync(path, response);
        return await response.Content.ReadAsStringAsync();
    }

    /// <summary>Asks every half second until the object has one of the statuses.</summary>
    public async Task<JsonNode> AwaitAsync(string path, string[] ends, Action<JsonNode> onProgress)
    {
        while (true)
        {
            var current = await GetAsync(path);
            onProgress(current);
            if (ends.Contains(current["status"]!.GetValue<string>()))
            {
                return current;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(500));
        }
    }

    private async Task<JsonNode> SendAsync(HttpMethod method, string path, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using var response = await _http.SendAsync(request);
        await ThrowIfRefusedAsync(path, response);
        return (await response.Content.ReadFromJsonAsync<JsonNode>())!;
    }

    private static async Task ThrowIfRefusedAsync(string path, HttpResponseMessage response)
    {
        if (!response.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"{path} answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
        }
    }
}
