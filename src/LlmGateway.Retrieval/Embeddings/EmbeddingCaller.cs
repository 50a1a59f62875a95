using LlmGateway.Retrieval.Ingestion;
using LlmGateway.Service;

namespace LlmGateway.Retrieval.Embeddings;

/// <summary>Whoever may search may have the query embedded.</summary>
internal static class EmbeddingCaller
{
    /// <summary>The same caller for the service's own calls: logged by their purpose.</summary>
    public static Caller ForModels(this Caller caller) => caller with { Purpose = FileIngestion.Purpose, Scopes = caller.Scopes | Scopes.Inference };
}
