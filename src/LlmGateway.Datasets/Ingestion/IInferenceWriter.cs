using LlmGateway.Contracts.Gateway;

namespace LlmGateway.Datasets.Ingestion;

/// <summary>Stores batches of calls, each batch whole or not at all.</summary>
internal interface IInferenceWriter
{
    /// <summary>Inserts a batch in one transaction and returns after its commit.</summary>
    /// <returns>How many calls were new.</returns>
    Task<int> StoreAsync(IReadOnlyList<InferenceFrame> batch, CancellationToken cancellationToken);
}
