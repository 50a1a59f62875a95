using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using LlmGateway.Service;
using Microsoft.Extensions.Options;

namespace LlmGateway.Evaluation.Models;

/// <summary>
/// Calls models through the gateway, in the name of the run's project and key, so that calls are logged, priced and limited like
/// others. Retries are here and nowhere else, and bounded.
/// </summary>
internal sealed class GatewayModels(IHttpClientFactory clients, IOptions<EvaluationOptions> options, TimeProvider time)
{
    public const string ClientName = "evaluation.gateway";

    private const string CacheNamespaceHeader = "x-llmgateway-cache-namespace";

    /// <param name="caller">In whose name.</param>
    /// <param name="request">The model and its parameters.</param>
    /// <param name="messages">The messages.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <param name="repetition">Which of several answers to the same request this is, from 0: each has its own place in the gateway's cache.</param>
    /// <exception cref="ModelException">The model refused, or did not answer however often it was asked.</exception>
    public Task<ModelAnswer> CompleteAsync(
        Caller caller, ModelRequest request, IReadOnlyList<ChatText> messages, CancellationToken cancellationToken, int repetition = 0) =>
        CompleteAsync(caller, request, request.Body(writer => WriteMessages(writer, messages)), cancellationToken, repetition);

    /// <inheritdoc cref="CompleteAsync(Caller, ModelRequest, IReadOnlyList{ChatText}, CancellationToken, int)"/>
    public async Task<ModelAnswer> CompleteAsync(
        Caller caller, ModelRequest request, ReadOnlyMemory<byte> body, CancellationToken cancellationToken, int repetition = 0)
    {
        var (response, answer, elapsed) = await PostAsync(caller, request.Api.Path, body, repetition, cancellationToken);
        using (response)
        {
            return AnswerReading.Read(request, answer, response.Headers, elapsed);
        }
    }

    /// <returns>A vector for each text, in order.</returns>
    /// <exception cref="ModelException">The model refused, or did not answer however often it was asked.</exception>
    public async Task<IReadOnlyList<float[]>> EmbedAsync(Caller caller, string model, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        var body = JsonText.WriteBytes(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("model", model);
            writer.WriteStartArray("input");
            foreach (var text in texts)
            {
                writer.WriteStringValue(text);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });
        var (response, answer, _) = await PostAsync(caller, "/v1/embeddings", body, repetition: 0, cancellationToken);
        response.Dispose();
        return AnswerReading.ReadVectors(answer, texts.Count);
    }

    internal static void WriteMessages(Utf8JsonWriter writer, IReadOnlyList<ChatText> messages)
    {
        writer.WriteStartArray();
        foreach (var message in messages)
        {
            writer.WriteStartObject();
            writer.WriteString("role", message.Role);
            writer.WriteString("content", message.Content);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private async Task<(HttpResponseMessage Response, byte[] Body, double ElapsedMs)> PostAsync(
        Caller caller, string path, ReadOnlyMemory<byte> body, int repetition, CancellationToken cancellationToken)
    {
        var pause = options.Value.FirstPause;
        for (var tries = 0; ; tries++)
        {
            var outcome = await TryPostAsync(caller, path, body, repetition, cancellationToken);
            if (outcome.Response is { IsSuccessStatusCode: true } response)
            {
                return (response, outcome.Body, outcome.ElapsedMs);
            }

            using (outcome.Response)
            {
                if (!outcome.MayRetry || tries >= options.Value.Retries)
                {
                    throw outcome.ToException();
                }

                var asked = outcome.Response?.Headers.RetryAfter?.Delta ?? TimeSpan.Zero;
                await Task.Delay(Shorter(asked > pause ? asked : pause, options.Value.LongestPause), time, cancellationToken);
            }

            pause = Shorter(pause * 2, options.Value.LongestPause);
        }
    }

    private async Task<CallOutcome> TryPostAsync(Caller caller, string path, ReadOnlyMemory<byte> body, int repetition, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Options.Set(InternalTokenHandler.OnBehalfOf, caller);
        if (repetition > 0)
        {
            request.Headers.Add(CacheNamespaceHeader, string.Create(CultureInfo.InvariantCulture, $"repetition-{repetition}"));
        }

        var start = time.GetTimestamp();
        try
        {
            var response = await clients.CreateClient(ClientName).SendAsync(request, cancellationToken);
            var content = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            return new CallOutcome(response, content, time.GetElapsedTime(start).TotalMilliseconds, null);
        }
        catch (HttpRequestException exception)
        {
            return new CallOutcome(null, [], 0, exception.Message);
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new CallOutcome(null, [], 0, $"No answer within {options.Value.CallTimeout.TotalSeconds:0} s.");
        }
    }

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
