using System.ClientModel;
using System.ClientModel.Primitives;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpenAI;
using OpenAI.Evals;
using OpenAI.Files;

namespace LlmGateway.Cli.Api;

/// <summary>
/// The gateway, by the official SDK: its file client, and its evals' pipeline (retries, authentication) for OpenAI's paths and the
/// gateway's own beside them.
/// </summary>
internal sealed class GatewayApi
{
    private const int PageSize = 100;
    private const int NotFound = 404;

    private readonly Uri _address;
    private readonly ClientPipeline _pipeline;
    private readonly OpenAIFileClient _files;

    /// <param name="address">With its version, such as <c>http://127.0.0.1:8080/v1</c>.</param>
    /// <param name="key">The API key.</param>
    public GatewayApi(Uri address, string key)
    {
        _address = new Uri($"{address.ToString().TrimEnd('/')}/");
        var credential = new ApiKeyCredential(key);
        _pipeline = new EvaluationClient(credential, new EvaluationClientOptions { Endpoint = address }).Pipeline;
        _files = new OpenAIFileClient(credential, new OpenAIClientOptions { Endpoint = address });
    }

    public async Task<JsonObject> GetAsync(string path, CancellationToken cancellationToken) => Parse(await SendAsync("GET", path, null, cancellationToken));

    public Task<string> GetTextAsync(string path, CancellationToken cancellationToken) => SendAsync("GET", path, null, cancellationToken);

    public async Task<JsonObject> PostAsync(string path, JsonObject body, CancellationToken cancellationToken) =>
        Parse(await SendAsync("POST", path, BodyOf(body), cancellationToken));

    public async Task<JsonObject> PutAsync(string path, JsonObject body, CancellationToken cancellationToken) =>
        Parse(await SendAsync("PUT", path, BodyOf(body), cancellationToken));

    /// <summary>Posts a text as it is.</summary>
    public async Task<JsonObject> PostTextAsync(string path, string text, CancellationToken cancellationToken) =>
        Parse(await SendAsync("POST", path, ("text/plain; charset=utf-8", text), cancellationToken));

    /// <summary>Whether there is such a thing; anything but a 404 is an answer or an error.</summary>
    public async Task<bool> ExistsAsync(string path, CancellationToken cancellationToken)
    {
        using var message = await TrySendAsync("GET", path, null, cancellationToken);
        return message.Response!.Status != NotFound && Text("GET", path, message.Response).Length > 0;
    }

    /// <summary>The entries of a list, page after page.</summary>
    /// <param name="path">Without <c>limit</c> and <c>after</c>.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    public async IAsyncEnumerable<JsonObject> ListAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var separator = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        for (string? after = ""; after is not null;)
        {
            var page = await GetAsync($"{path}{separator}limit={PageSize}{(after.Length > 0 ? $"&after={Uri.EscapeDataString(after)}" : "")}", cancellationToken);
            foreach (var entry in page["data"]!.AsArray())
            {
                yield return entry!.AsObject();
            }

            after = page["has_more"]!.GetValue<bool>() ? page.Text("last_id") : null;
        }
    }

    /// <summary>Uploads a file of JSON lines for evals.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> UploadAsync(string path, CancellationToken cancellationToken)
    {
        await using var content = File.OpenRead(path);
        try
        {
            return (await _files.UploadFileAsync(content, Path.GetFileName(path), FileUploadPurpose.Evaluations, cancellationToken)).Value.Id;
        }
        catch (ClientResultException exception)
        {
            throw new CommandException($"'{path}' could not be uploaded: {exception.Message}");
        }
    }

    public Task DeleteFileAsync(string id, CancellationToken cancellationToken) => _files.DeleteFileAsync(id, cancellationToken);

    private static (string Type, string Text) BodyOf(JsonObject body) => ("application/json", body.ToJsonString());

    private async Task<string> SendAsync(string method, string path, (string Type, string Text)? body, CancellationToken cancellationToken)
    {
        using var message = await TrySendAsync(method, path, body, cancellationToken);
        return Text(method, path, message.Response!);
    }

    private async Task<PipelineMessage> TrySendAsync(string method, string path, (string Type, string Text)? body, CancellationToken cancellationToken)
    {
        var message = _pipeline.CreateMessage();
        message.Request.Method = method;
        message.Request.Uri = new Uri(_address, path);
        message.Apply(new RequestOptions { CancellationToken = cancellationToken });
        if (body is var (type, text))
        {
            message.Request.Headers.Set("Content-Type", type);
            message.Request.Content = BinaryContent.Create(BinaryData.FromString(text));
        }

        try
        {
            await _pipeline.SendAsync(message);
            return message;
        }
        catch (Exception exception) when (exception is HttpRequestException or AggregateException)
        {
            // One for each try.
            message.Dispose();
            var last = (exception as AggregateException)?.InnerExceptions[^1] ?? exception;
            throw new CommandException($"The gateway at {_address} does not answer: {last.Message}");
        }
    }

    private static string Text(string method, string path, PipelineResponse response)
    {
        var text = response.Content.ToString();
        return response.IsError ? throw new CommandException($"{method} {path}: {response.Status} {Reason(text)}") : text;
    }

    private static string Reason(string body)
    {
        try
        {
            return JsonNode.Parse(body)?["error"]?["message"]?.GetValue<string>() ?? body;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return body;
        }
    }

    private static JsonObject Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text)!.AsObject();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new CommandException("The answer is not JSON: is that the address of a gateway?");
        }
    }
}
