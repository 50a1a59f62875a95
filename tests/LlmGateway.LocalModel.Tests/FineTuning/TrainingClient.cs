using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using LlmGateway.TestKit;

namespace LlmGateway.LocalModel.Tests.FineTuning;

/// <summary>What a caller of the fine-tuning endpoints does.</summary>
internal static class TrainingClient
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task<string> UploadAsync(this LocalModelHost host, string content, string filename = "train.jsonl")
    {
        var (status, json) = await host.TryUploadAsync(content, "fine-tune", filename);
        Assert.Equal(200, status);
        return json.GetProperty("id").GetString()!;
    }

    public static async Task<(int Status, JsonElement Json)> TryUploadAsync(this LocalModelHost host, string content, string purpose, string filename = "train.jsonl")
    {
        using var form = new MultipartFormDataContent { { new StringContent(purpose), "purpose" }, { new ByteArrayContent(Encoding.UTF8.GetBytes(content)), "file", filename } };
        using var response = await host.Client.PostAsync("files", form);
        return ((int)response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    public static async Task<string> CreateAsync(this LocalModelHost host, object request)
    {
        var (status, json) = await host.PostAsync("fine_tuning/jobs", JsonSerializer.Serialize(request));
        Assert.True(status == 200, json.ToString());
        return json.GetProperty("id").GetString()!;
    }

    public static async Task<JsonElement> GetAsync(this LocalModelHost host, string path)
    {
        using var response = await host.Client.GetAsync(path);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>The job in its final state.</summary>
    public static async Task<JsonElement> EndOfAsync(this LocalModelHost host, string id)
    {
        JsonElement job = default;
        await Eventually.TrueAsync(
            async _ => (job = await host.GetAsync($"fine_tuning/jobs/{id}")).GetProperty("status").GetString() is "succeeded" or "failed" or "cancelled", $"the end of {id}", Patience);
        return job;
    }

    public static async Task<string> AskAsync(this LocalModelHost host, string model, string question)
    {
        var (status, json) = await host.PostAsync("chat/completions", JsonSerializer.Serialize(new { model, messages = new[] { new { role = "user", content = question } } }));
        Assert.True(status == 200, json.ToString());
        return json.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!;
    }
}
