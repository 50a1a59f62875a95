namespace LlmGateway.FineTuning.Backends;

/// <summary>What is read of a file at a backend.</summary>
internal sealed record BackendFile(string Id, string Filename, long CreatedAt);

/// <summary>What is read of a page of a list.</summary>
internal sealed record BackendPage<T>(IReadOnlyList<T> Data, bool HasMore);
