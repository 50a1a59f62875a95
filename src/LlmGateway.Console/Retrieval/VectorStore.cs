using System.Text.Json;

namespace LlmGateway.Console.Retrieval;

/// <summary>A vector store.</summary>
public sealed record VectorStore(string Id, string? Name, string? Description, string Status, long UsageBytes, FileCounts FileCounts, string EmbeddingModel, string Language, double? LastActiveAt)
{
    public string Title => Name is { Length: > 0 } name ? name : Id;
}

public sealed record FileCounts(int InProgress, int Completed, int Failed, int Cancelled, int Total);

/// <summary>A file of a store.</summary>
public sealed record StoreFile(string Id, string Status, long UsageBytes, double CreatedAt, StoreFileError? LastError, JsonElement? Attributes);

public sealed record StoreFileError(string Code, string Message);

/// <summary>The text that was read out of a file.</summary>
public sealed record FileContent(IReadOnlyList<ContentText> Data);

public sealed record ContentText(string Text);
