using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.Extensions.Options;

namespace LlmGateway.Retrieval.Embeddings;

/// <summary>Embeds texts by the gateway's models, in the name of who asked for it. Retries are here and nowhere else, and bounded.</summary>
internal sealed class EmbeddingClient(IHttpClientFactory clients, IOptions<RetrievalOptions> options, RetrievalMetrics metrics, TimeProvider time)
{
    public const string ClientName = "retrieval.gateway";
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(20);

    /// <returns>A vector for each text, in order, all of one length.</returns>
    /// <exception cref="EmbeddingException">The model refused, or did not answer however often it was asked.</exception>
    public async Task<IReadOnlyList<float[]>> EmbedAsync(Caller caller, string model, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        var pause = FirstPause;
        for (var tries = 1; ; tries++)
        {
            var (vectors, failure) = await TryAsync(caller, model, texts, cancellationToken);
            if (vectors is not null)
            {
                return vectors;
            }

            if (!failure!.MayRetry || tries >= options.Value.EmbeddingTries)
            {
                throw new EmbeddingException($"'{model}' could not embed the text: {failure.Reason}");
            }

            metrics.RetryEmbedding();
            var wait = failure.Wait > pause ? failure.Wait.Value : pause;
            await Task.Delay(wait < LongestPause ? wait : LongestPause, time, cancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async Task<(IReadOnlyList<float[]>? Vectors, Failure? Failure)> TryAsync(
        Caller caller, string model, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/embeddings");
        var input = JsonSerializer.SerializeToElement(texts, RetrievalJsonContext.Default.IReadOnlyListString);
        request.Content = JsonContent.Create(
            new EmbeddingRequest { Model = model, Input = input, EncodingFormat = "base64" }, OpenAIJsonContext.Default.EmbeddingRequest);
        request.Options.Set(InternalTokenHandler.OnBehalfOf, caller);
        try
        {
            using var response = await clients.CreateClient(ClientName).SendAsync(request, cancellationToken);
            return response.IsSuccessStatusCode
                ? Read(await response.Content.ReadFromJsonAsync(OpenAIJsonContext.Default.EmbeddingList, cancellationToken), texts.Count)
                : (null, await DescribeAsync(response, cancellationToken));
        }
        catch (HttpRequestException)
        {
            return (null, new Failure("the gateway is away.", MayRetry: true, null));
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, new Failure("no answer came in time.", MayRetry: true, null));
        }
    }

    private static (IReadOnlyList<float[]>? Vectors, Failure? Failure) Read(EmbeddingList? answer, int count)
    {
        var vectors = answer?.Data.OrderBy(entry => entry.Index).Select(entry => entry.ToVector()).ToList();
        return vectors?.Count == count && vectors.TrueForAll(vector => vector.Length > 0 && vector.Length == vectors[0].Length && Array.TrueForAll(vector, float.IsFinite))
            ? (vectors, null)
            : (null, new Failure("its answer does not hold a vector for each text.", MayRetry: false, null));
    }

    private static async Task<Failure> DescribeAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var error = await response.Content.ReadAsStringAsync(cancellationToken);
        var mayRetry = response.StatusCode is HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError;
        return new Failure($"{(int)response.StatusCode} {error[..Math.Min(error.Length, 300)]}", mayRetry, response.Headers.RetryAfter?.Delta);
    }

    private sealed record Failure(string Reason, bool MayRetry, TimeSpan? Wait);
}

/// <summary>Texts could not be embedded; the message says why, for the caller.</summary>
internal sealed class EmbeddingException(string message) : Exception(message);
