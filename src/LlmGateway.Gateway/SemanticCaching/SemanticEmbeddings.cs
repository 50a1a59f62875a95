using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Gateway.OwnCalls;
using LlmGateway.Gateway.SemanticCaching.Caches;
using LlmGateway.Service;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Gateway.SemanticCaching;

/// <summary>Embeds texts by calls of the gateway to itself, so that they are cached, priced and logged like any other.</summary>
internal sealed partial class SemanticEmbeddings(GatewayClient client, GatewaySettings settings, SemanticMetrics metrics, TimeProvider time, ILogger<SemanticEmbeddings> logger)
{
    /// <summary>The longest vectors that can be indexed.</summary>
    public const int MaxDimensions = 4000;

    /// <summary>Bytes that an answer may have, for each text: numbers of a vector as JSON take up to 25.</summary>
    private const int MaxBytesPerText = MaxDimensions * 25;

    private const int FailuresToOpen = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, Breaker> _breakers = new(StringComparer.Ordinal);

    /// <summary>The vector of a request's question, within the budget.</summary>
    /// <returns>Null when there is none in time, which is counted and, the first time, logged: the request goes on without the cache.</returns>
    public async Task<float[]?> TryEmbedAsync(SemanticCache cache, InferenceCall call, string text, CancellationToken cancellationToken)
    {
        var breaker = _breakers.GetOrAdd(cache.Id, static _ => new Breaker());
        if (breaker.IsOpen(time))
        {
            metrics.CountFailed("embedding_away");
            return null;
        }

        using var budget = new CancellationTokenSource(settings.Current.SemanticCaching.EmbeddingBudget, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(budget.Token, cancellationToken);
        try
        {
            var vectors = await EmbedAsync(cache.ProjectId, cache.Policy.EmbeddingModel, [text], new CallParent(call.Id, null), either.Token);
            if (vectors[0].Length == cache.Dimensions)
            {
                breaker.Succeed();
                return vectors[0];
            }

            Fail(breaker, cache, "dimensions", $"vectors have {vectors[0].Length} and not {cache.Dimensions} dimensions: remove all entries of the cache, or make a new one");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Fail(breaker, cache, "embedding_timeout", "no answer within the budget");
        }
        catch (SemanticEmbeddingException exception)
        {
            Fail(breaker, cache, "embedding", exception.Message);
        }

        return null;
    }

    /// <summary>The vectors of texts, of length 1 and one dimension.</summary>
    /// <exception cref="SemanticEmbeddingException">The model did not answer, or not with such vectors.</exception>
    public async Task<IReadOnlyList<float[]>> EmbedAsync(
        string projectId, string model, IReadOnlyList<string> texts, CallParent parent, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["model"] = model, ["input"] = new JsonArray([.. texts.Select(text => JsonValue.Create(text))]) };
        var caller = new Caller(projectId, null, Scopes.Inference);
        try
        {
            using var response = await client.SendAsync(
                new OwnCall("embeddings", JsonSerializer.SerializeToUtf8Bytes(body, GatewayJsonContext.Default.JsonObject), caller, SemanticStage.Purpose, parent), cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                throw new SemanticEmbeddingException($"the model answered with status {(int)response.StatusCode}");
            }

            await response.Content.LoadIntoBufferAsync((MaxBytesPerText * (long)texts.Count) + 4096, cancellationToken);
            return EmbeddingVectors.Read(await response.Content.ReadAsByteArrayAsync(cancellationToken), texts.Count);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw new SemanticEmbeddingException("the answer broke off or is too large");
        }
    }

    private void Fail(Breaker breaker, SemanticCache cache, string reason, string detail)
    {
        metrics.CountFailed(reason);
        if (breaker.Fail(time))
        {
            LogAway(cache.Id, detail);
        }
    }

    [LoggerMessage(1430, LogLevel.Warning, "The semantic cache {Cache} has no vectors: {Reason}. Requests go on without it")]
    private partial void LogAway(string cache, string reason);

    /// <summary>Keeps requests away from a model that does not answer, for a while at a time.</summary>
    private sealed class Breaker
    {
        private int _failures;
        private long _openUntil;

        public bool IsOpen(TimeProvider time) => Volatile.Read(ref _failures) >= FailuresToOpen && Volatile.Read(ref _openUntil) > time.GetTimestamp();

        public void Succeed() => Volatile.Write(ref _failures, 0);

        /// <returns>Whether it has opened by this, after success.</returns>
        public bool Fail(TimeProvider time)
        {
            Volatile.Write(ref _openUntil, time.GetTimestamp() + (long)(Pause.TotalSeconds * time.TimestampFrequency));
            return Interlocked.Increment(ref _failures) == FailuresToOpen;
        }
    }
}

/// <summary>A text has no vector; the message says why, for people.</summary>
internal sealed class SemanticEmbeddingException(string message) : Exception(message);
