using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using LlmGateway.OpenAI;
using LlmGateway.Service;

namespace LlmGateway.FineTuning.OwnCalls;

/// <summary>The system's own API, called in the name of a project and its key for what goes on after a caller has left.</summary>
internal sealed class SystemApi(IHttpClientFactory clients, InternalToken tokens)
{
    public const string ClientName = "fine-tuning-system";
    private const int PageSize = 100;
    private const int MaxFileListing = 10_000;

    /// <exception cref="ApiException">As the service refused it, or 503 while it is away.</exception>
    public Task<JsonNode> GetAsync(string service, string path, Caller caller, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, service, path, null, caller, cancellationToken);

    /// <inheritdoc cref="GetAsync"/>
    public Task<JsonNode> PostAsync(string service, string path, JsonNode body, Caller caller, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, service, path, new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"), caller, cancellationToken);

    /// <summary>A text as it stands, such as a report.</summary>
    /// <inheritdoc cref="GetAsync"/>
    public async Task<string> ReadAsync(string service, string path, Caller caller, CancellationToken cancellationToken)
    {
        using var response = await AskAsync(HttpMethod.Get, service, path, null, caller, cancellationToken);
        return await response.Content.ReadAsStringAsync(cancellationToken);
    }

    /// <summary>The first of a list that fits, newest first, or what is made where there is none: so nothing is made twice.</summary>
    /// <inheritdoc cref="GetAsync"/>
    public async Task<JsonNode> FindOrMakeAsync(
        string service, string path, Func<JsonNode, bool> fits, Func<Task<JsonNode>> make, Caller caller, CancellationToken cancellationToken)
    {
        var page = await GetAsync(service, $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}order=desc&limit={PageSize}", caller, cancellationToken);
        return page["data"]!.AsArray().FirstOrDefault(row => fits(row!))?.DeepClone() ?? await make();
    }

    /// <summary>Uploads a file, unless the project has one of this name and purpose already.</summary>
    /// <returns>Its id.</returns>
    /// <inheritdoc cref="GetAsync"/>
    public async Task<string> FindOrUploadAsync(string filename, string purpose, Stream content, Caller caller, CancellationToken cancellationToken)
    {
        var files = await GetAsync(ServiceNames.Datasets, $"/v1/files?purpose={purpose}&order=desc&limit={MaxFileListing}", caller, cancellationToken);
        if (files["data"]!.AsArray().FirstOrDefault(file => (string?)file!["filename"] == filename) is { } known)
        {
            return (string)known["id"]!;
        }

        using var form = new MultipartFormDataContent { { new StringContent(purpose), "purpose" } };
        form.Add(new StreamContent(content), "file", filename);
        return (string)(await SendAsync(HttpMethod.Post, ServiceNames.Datasets, "/v1/files", form, caller, cancellationToken))["id"]!;
    }

    private async Task<JsonNode> SendAsync(HttpMethod method, string service, string path, HttpContent? content, Caller caller, CancellationToken cancellationToken)
    {
        using var response = await AskAsync(method, service, path, content, caller, cancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        return (await JsonNode.ParseAsync(body, cancellationToken: cancellationToken))!;
    }

    private async Task<HttpResponseMessage> AskAsync(
        HttpMethod method, string service, string path, HttpContent? content, Caller caller, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, $"http://{service}{path}") { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tokens.Issue(service, caller));
        try
        {
            var response = await clients.CreateClient(ClientName).SendAsync(request, cancellationToken);
            if (response.IsSuccessStatusCode)
            {
                return response;
            }

            using (response)
            {
                throw await RefusedAsync(service, response, cancellationToken);
            }
        }
        catch (HttpRequestException exception)
        {
            throw Away(service, exception.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Away(service, "it does not answer");
        }
    }

    private static async Task<ApiException> RefusedAsync(string service, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.StatusCode is HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError)
        {
            return Away(service, $"status {(int)response.StatusCode}");
        }

        var error = OpenAIErrorResponse.Read(await response.Content.ReadAsByteArrayAsync(cancellationToken));
        return new ApiException(new ApiError(
            (int)response.StatusCode, error?.Code ?? "refused", error?.Message ?? $"The service '{service}' answered {(int)response.StatusCode}.", error?.Param));
    }

    private static ApiException Away(string service, string reason) => new(
        new ApiError(503, "service_unavailable", $"The service '{service}' is away ({reason}). Please try again.") { RetryAfterSeconds = 2 });
}
