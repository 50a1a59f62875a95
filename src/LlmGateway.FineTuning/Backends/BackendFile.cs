namespace LlmGateway.FineTuning.Backends;

/// <summary>What is read of a file at a backend.</summary>
/// <param name="Id">The backend's id.</param>
/// <param name="Filename">The name that it was given.</param>
/// <param name="CreatedAt">Unix seconds.</param>
/// <param name="Status">Azure's takes a file in after its upload, as <c>pending</c> and <c>running</c>; null elsewhere.</param>
internal sealed record BackendFile(string Id, string Filename, long CreatedAt, string? Status = null);

/// <summary>What is read of a page of a list.</summary>
internal sealed record BackendPage<T>(IReadOnlyList<T> Data, bool HasMore);
