namespace LlmGateway.Contracts.Retrieval;

/// <summary>
/// Files wait to be taken into a vector store. Retrieval broadcasts it after their rows are stored, and every process of it wakes
/// its workers. It only saves a wait: workers also look for rows by themselves.
/// </summary>
/// <param name="ProjectId">The store's project.</param>
/// <param name="VectorStoreId">The store; receiving it twice does nothing more.</param>
public sealed record VectorStoreFilesAdded(string ProjectId, string VectorStoreId);
