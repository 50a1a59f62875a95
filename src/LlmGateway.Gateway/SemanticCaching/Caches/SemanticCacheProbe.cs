using LlmGateway.Gateway.Models;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.SemanticCaching.Caches;

/// <summary>Tries the models that a policy names before it is taken on: a cache that could never hit is an error now and not a riddle later.</summary>
internal sealed class SemanticCacheProbe(SemanticEmbeddings embeddings, ModelResolver models, TimeProvider time)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <exception cref="ApiException">400 naming the model.</exception>
    public void CheckModels(string projectId, SemanticCachePolicy policy)
    {
        Check(policy.EmbeddingModel, "embedding_model");
        if (policy.Judge.ModelName is { } judge)
        {
            Check(judge, "judge.model");
        }

        void Check(string model, string param)
        {
            try
            {
                models.Resolve(projectId, model);
            }
            catch (ApiException exception)
            {
                throw new ApiException(ApiErrors.BadRequest(exception.Error.Message, param, exception.Error.Code));
            }
        }
    }

    /// <summary>The length of the model's vectors.</summary>
    /// <exception cref="ApiException">502 when it gives none.</exception>
    public async Task<int> MeasureAsync(string projectId, string model, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);

        // A text of its own each time: an answer from the response cache would tell of yesterday's model.
        var text = $"How long are the vectors of this model? {Guid.CreateVersion7(time.GetUtcNow())}";
        try
        {
            return (await embeddings.EmbedAsync(projectId, model, [text], default, either.Token))[0].Length;
        }
        catch (SemanticEmbeddingException exception)
        {
            throw new ApiException(Unusable(model, exception.Message));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ApiException(Unusable(model, $"there was no answer within {Timeout.TotalSeconds} s"));
        }
    }

    public static ApiError Unusable(string model, string reason) => new(
        StatusCodes.Status502BadGateway, "embedding_failed", $"'{model}' gave no vectors: {reason}. Try POST /v1/embeddings with it.", "embedding_model");

    public static ApiError OtherDimensions(SemanticCache cache, int dimensions) => new(
        StatusCodes.Status409Conflict, "dimensions_changed",
        $"'{cache.Policy.EmbeddingModel}' now gives vectors of {dimensions} dimensions and the cache's have {cache.Dimensions}. DELETE /v1/semantic_caches/{cache.Id}/entries?all=true begins anew with them.",
        "embedding_model");
}
