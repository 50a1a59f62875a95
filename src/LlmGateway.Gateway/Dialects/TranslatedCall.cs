using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using LlmGateway.Gateway.Forwarding;
using LlmGateway.Gateway.Models;
using LlmGateway.Gateway.Requests;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Dialects;

/// <summary>
/// An attempt at a provider that does not speak the caller's API. What it puts in the place of the request and of the answer
/// lets every stage see the caller's API alone.
/// </summary>
internal sealed class TranslatedCall(Translation translation, TranslationContext context, HttpContent request)
{
    public const string DroppedHeader = "x-llmgateway-dropped-params";

    /// <summary>Largest plain answer that is translated.</summary>
    private const int MaxAnswer = 64 << 20;

    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private static readonly MediaTypeHeaderValue Sse = new("text/event-stream") { CharSet = "utf-8" };

    /// <summary>What the provider is asked for.</summary>
    public Operation Operation => translation.To;

    /// <summary>The request for the provider.</summary>
    public HttpContent Request { get; } = request;

    /// <summary>Begins an attempt; null where the provider speaks the caller's API itself.</summary>
    /// <exception cref="Service.ApiException">400: what is asked for cannot be said in the provider's API.</exception>
    public static TranslatedCall? Begin(InferenceCall call, Deployment deployment)
    {
        if (deployment.Provider.Speaks(call.Operation))
        {
            return null;
        }

        var context = new TranslationContext(deployment, call.CreatedAt) { PreviousResponseId = call.PreviousResponseId };
        var translation = Translations.Begin(call.Operation, context)!;
        var target = new ArrayBufferWriter<byte>(call.Request!.Length + 256);
        using (var document = JsonDocument.Parse(call.Request.Memory))
        {
            translation.WriteRequest(document.RootElement, target);
        }

        return new TranslatedCall(translation, context, new SplicedContent([target.WrittenMemory]));
    }

    /// <summary>Names in the answer's headers what the provider could not be told.</summary>
    public void WriteDropped(HttpResponse response)
    {
        if (context.Dropped.Count > 0)
        {
            response.Headers[DroppedHeader] = string.Join(", ", context.Dropped);
        }
    }

    /// <summary>Puts the caller's form in the place of the provider's answer.</summary>
    /// <exception cref="InvalidDataException">It cannot be understood.</exception>
    public async Task TranslateAsync(HttpResponseMessage answer, CallTimer timer)
    {
        if (answer.IsSuccessStatusCode && answer.Content.Headers.ContentType?.MediaType == Sse.MediaType)
        {
            var events = new TranslatedStream(await answer.Content.ReadAsStreamAsync(timer.Token), translation.OpenStream(), translation.From, timer);
            answer.Content = new StreamContent(events) { Headers = { ContentType = Sse } };
            return;
        }

        timer.Started();
        using var body = new PooledBody();
        var source = await answer.Content.ReadAsStreamAsync(timer.Token);
        if (!await body.FillAsync(source, answer.Content.Headers.ContentLength, MaxAnswer, timer.Token))
        {
            throw new InvalidDataException("the provider's answer is too large to be translated");
        }

        var translated = answer.IsSuccessStatusCode ? TranslateAnswer(answer, body.Memory) : ErrorTranslation.Write((int)answer.StatusCode, body.Memory, translation.From);
        answer.Content = new ReadOnlyMemoryContent(translated) { Headers = { ContentType = Json } };
    }

    private ReadOnlyMemory<byte> TranslateAnswer(HttpResponseMessage answer, ReadOnlyMemory<byte> body)
    {
        var target = new ArrayBufferWriter<byte>(body.Length + 256);
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.Object("error") is not null)
            {
                // Some servers say of an error that it is fine.
                answer.StatusCode = HttpStatusCode.BadGateway;
                return ErrorTranslation.Write(StatusCodes.Status502BadGateway, body, translation.From);
            }

            translation.WriteAnswer(document.RootElement, target);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException("the provider's answer cannot be understood", exception);
        }

        return target.WrittenMemory;
    }
}
