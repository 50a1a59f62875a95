using System.Net.Http.Json;
using System.Text.Json;
using LlmGateway.Service;
using LlmGateway.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Gateway.Tests.ProjectModels;

/// <summary>Calls of one gateway, as a project's key or a service makes them. Without a key they are the admin's.</summary>
internal static class ModelCalls
{
    /// <summary>The status, with the body: an error's fields are <c>param</c> and <c>code</c> of <c>error</c>.</summary>
    public static async Task<(int Status, JsonElement Body)> SendAsync(
        this InProcessGateway gateway, HttpMethod method, string path, object? body = null, string? key = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        if (key is not null)
        {
            request.Headers.Authorization = new("Bearer", key);
        }

        using var response = await gateway.Http.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    public static Task<(int Status, JsonElement Body)> PutAliasAsync(
        this InProcessGateway gateway, string name, string model, long? version = null, string? key = null) =>
        gateway.SendAsync(HttpMethod.Put, $"/v1/aliases/{name}", version is null ? new { model } : new { model, version }, key);

    /// <summary>Asks a model.</summary>
    /// <returns>The deployment that answered, or the error's code.</returns>
    public static async Task<string> AskModelAsync(this InProcessGateway gateway, string model, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = JsonContent.Create(new { model, messages = new[] { new { role = "user", content = "hi" } } }),
        };
        if (key is not null)
        {
            request.Headers.Authorization = new("Bearer", key);
        }

        using var response = await gateway.Http.SendAsync(request);
        return response.IsSuccessStatusCode
            ? response.Headers.GetValues("x-llmgateway-deployment").Single()
            : (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error").GetProperty("code").GetString()!;
    }

    /// <summary>Registers a model as the fine-tuning service does.</summary>
    public static Task<(int Status, JsonElement Body)> RegisterAsync(
        this InProcessGateway gateway, string id, string project = Caller.DefaultProject, string provider = "test", string model = "tuned", string job = "ftjob-1", object? details = null) =>
        gateway.SendAsync(
            HttpMethod.Put, $"/internal/fine_tuned_models/{id}",
            new { project_id = project, provider, model, base_model = "test/gpt-4o-mini", job_id = job, created_at = 1_790_000_000, details },
            gateway.ServiceToken());

    public static string ServiceToken(this InProcessGateway gateway) => gateway.Services.GetRequiredService<InternalToken>().IssueForService(ServiceNames.Gateway);

    /// <summary>Makes a project and a key of it.</summary>
    public static async Task<(string Project, string Key)> MakeProjectAsync(this InProcessGateway gateway, string[]? allowedModels = null)
    {
        var project = await gateway.PostAsync("/v1/projects", new { name = "p" }, "id");
        return (project, await gateway.PostAsync("/v1/keys", new { project_id = project, scopes = new[] { "admin" }, allowed_models = allowedModels }, "key"));
    }

    public static async Task<string[]> ListedAsync(this InProcessGateway gateway, string path, string? key = null) =>
        [.. (await gateway.SendAsync(HttpMethod.Get, path, key: key)).Body.GetProperty("data").EnumerateArray().Select(item => item.GetProperty("id").GetString()!)];

    public static string? Param(this JsonElement body) => body.GetProperty("error").GetProperty("param").GetString();

    public static string? Code(this JsonElement body) => body.GetProperty("error").GetProperty("code").GetString();
}
