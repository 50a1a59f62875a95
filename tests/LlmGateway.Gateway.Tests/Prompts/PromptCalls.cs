using System.Net.Http.Json;
using System.Text.Json;
using LlmGateway.Gateway.Tests.ProjectModels;
using LlmGateway.TestKit;

namespace LlmGateway.Gateway.Tests.Prompts;

/// <summary>Calls about prompts, and of them. Without a key they are the admin's.</summary>
internal static class PromptCalls
{
    /// <summary>A prompt's content: one system message.</summary>
    public static object Content(string text, string? name = null, string? model = "test/gpt-4o-mini", object[]? variables = null, object? parameters = null) =>
        name is null
            ? new { model, messages = new[] { new { role = "system", content = text } }, variables = variables ?? [], parameters }
            : new { name, model, messages = new[] { new { role = "system", content = text } }, variables = variables ?? [], parameters };

    public static object Variable(string name, string type = "string") => new { name, type };

    /// <summary>Makes a prompt of one message, and deploys its first version.</summary>
    public static async Task<string> DeployPromptAsync(
        this InProcessGateway gateway, string name, string text, string? key = null, string? model = "test/gpt-4o-mini", object[]? variables = null, object? parameters = null)
    {
        var (status, body) = await gateway.SendAsync(HttpMethod.Post, "/v1/prompts", Content(text, name, model, variables, parameters), key);
        Assert.True(status == 200, body.ToString());
        Assert.Equal(200, (await gateway.PutLabelAsync(name, "production", 1, key: key)).Status);
        return body.GetProperty("id").GetString()!;
    }

    public static Task<(int Status, JsonElement Body)> MakeVersionAsync(this InProcessGateway gateway, string prompt, object content, string? key = null) =>
        gateway.SendAsync(HttpMethod.Post, $"/v1/prompts/{prompt}/versions", content, key);

    public static Task<(int Status, JsonElement Body)> PutLabelAsync(
        this InProcessGateway gateway, string prompt, string label, int version, int? expected = null, string? key = null) =>
        gateway.SendAsync(HttpMethod.Put, $"/v1/prompts/{prompt}/labels/{label}", expected is null ? new { version } : new { version, expected_version = expected }, key);

    /// <summary>Sends a request to a model operation.</summary>
    /// <returns>The status, the body, and the answer's header that names the prompt.</returns>
    public static async Task<(int Status, JsonElement Body, string? Prompt)> CallAsync(
        this InProcessGateway gateway, object body, string? key = null, string path = "/v1/chat/completions", string? variables = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        if (key is not null)
        {
            request.Headers.Authorization = new("Bearer", key);
        }

        if (variables is not null)
        {
            request.Headers.Add("x-llmgateway-prompt-variables", variables);
        }

        using var response = await gateway.Http.SendAsync(request);
        return (
            (int)response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>(),
            response.Headers.TryGetValues("x-llmgateway-prompt", out var values) ? values.Single() : null);
    }

    /// <summary>Asks a prompt by <c>model</c> alone.</summary>
    public static Task<(int Status, JsonElement Body, string? Prompt)> AskPromptAsync(this InProcessGateway gateway, string model, string? key = null) =>
        gateway.CallAsync(new { model, messages = new[] { new { role = "user", content = "hi" } } }, key);

    public static int Version(this JsonElement body) => body.GetProperty("version").GetInt32();

    public static string Message(this JsonElement body) => body.GetProperty("error").GetProperty("message").GetString()!;
}
