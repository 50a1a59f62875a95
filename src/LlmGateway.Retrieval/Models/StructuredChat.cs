using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LlmGateway.OpenAI;
using LlmGateway.Retrieval.Ingestion;
using LlmGateway.Service;

namespace LlmGateway.Retrieval.Models;

/// <param name="Value">What the model answered; null if nothing of use came.</param>
/// <param name="Failure">Why nothing came, for a note; null if something did.</param>
internal readonly record struct StructuredAnswer(JsonElement? Value, string? Failure);

/// <summary>
/// Asks models through the gateway, in the caller's name, for JSON of a schema. It is asked once and briefly: a search goes on
/// without what does not come.
/// </summary>
internal sealed class StructuredChat(IHttpClientFactory clients)
{
    public const string ClientName = "retrieval.chat";

    /// <summary>How long a search waits for a model.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private const int MostTokens = 2048;

    /// <exception cref="ApiException">The caller may not ask models (403).</exception>
    public static void RequireScope(Caller caller, string param)
    {
        if (!caller.Scopes.HasFlag(Scopes.Inference))
        {
            throw new ApiException(new ApiError(403, "insufficient_scope", "This API key lacks the scope 'inference', without which a search asks no model.", param));
        }
    }

    /// <param name="caller">In whose name; needs the scope <c>inference</c>.</param>
    /// <param name="model">The model, and the field that names it.</param>
    /// <param name="instruction">What to do.</param>
    /// <param name="data">What to do it with; untrusted.</param>
    /// <param name="schema">JSON schema of the answer.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ApiException">The caller may not ask models (403), or the gateway refuses the call (400).</exception>
    public async Task<StructuredAnswer> AskAsync(
        Caller caller, (string Name, string Param) model, string instruction, string data, JsonElement schema, CancellationToken cancellationToken)
    {
        RequireScope(caller, model.Param);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions");
        request.Content = JsonContent.Create(Body(model.Name, instruction, data, schema), OpenAIJson.TypeInfo<ChatCompletionRequest>());
        request.Options.Set(InternalTokenHandler.OnBehalfOf, caller with { Purpose = FileIngestion.Purpose });
        try
        {
            using var response = await clients.CreateClient(ClientName).SendAsync(request, cancellationToken);
            return response.IsSuccessStatusCode
                ? await ReadAsync(response, cancellationToken)
                : await RefuseAsync(response, model.Param, cancellationToken);
        }
        catch (HttpRequestException)
        {
            return new StructuredAnswer(null, "the gateway is away");
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new StructuredAnswer(null, $"no answer came within {Timeout.TotalSeconds:0} s");
        }
    }

    private static ChatCompletionRequest Body(string model, string instruction, string data, JsonElement schema) => new()
    {
        Model = model,
        Messages = [ChatMessage.Of("system", instruction), ChatMessage.Of("user", data)],
        Temperature = 0,
        MaxCompletionTokens = MostTokens,
        ResponseFormat = JsonElement.Parse($$$"""{"type":"json_schema","json_schema":{"name":"answer","strict":true,"schema":{{{schema.GetRawText()}}}}}"""),
    };

    private static async Task<StructuredAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            var completion = await response.Content.ReadFromJsonAsync(OpenAIJson.TypeInfo<ChatCompletion>(), cancellationToken);
            if (completion?.Choices is [var choice, ..] && choice.Message.Text() is { } text)
            {
                return new StructuredAnswer(JsonElement.Parse(text), null);
            }
        }
        catch (JsonException)
        {
            // Said below.
        }

        return new StructuredAnswer(null, "its answer is not the JSON that was asked for");
    }

    private static async Task<StructuredAnswer> RefuseAsync(HttpResponseMessage response, string param, CancellationToken cancellationToken)
    {
        var status = response.StatusCode;
        if (status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError)
        {
            return new StructuredAnswer(null, $"it answered with status {(int)status}");
        }

        var error = await response.Content.ReadFromJsonAsync(OpenAIJson.TypeInfo<OpenAIErrorResponse>(), cancellationToken);
        throw new ApiException(ApiErrors.BadRequest($"The model of '{param}' was refused: {error?.Error.Message}", param));
    }
}
