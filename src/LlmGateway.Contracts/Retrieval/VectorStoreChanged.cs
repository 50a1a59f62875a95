namespace LlmGateway.Contracts.Retrieval;

/// <summary>
/// What a vector store holds has changed. Retrieval broadcasts it after the change is stored, and every process of it that has a
/// copy of the store brings it up to date. It only saves a wait: a search compares the versions itself.
/// </summary>
/// <param name="ProjectId">The store's project.</param>
/// <param name="VectorStoreId">The store; receiving it twice does nothing more.</param>
public sealed record VectorStoreChanged(string ProjectId, string VectorStoreId);
