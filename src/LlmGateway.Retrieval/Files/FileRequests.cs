using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using LlmGateway.Retrieval.Chunking;
using LlmGateway.Service;

namespace LlmGateway.Retrieval.Files;

/// <summary>A file to bring into a store.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record AddFileRequest(string? FileId, ChunkingStrategyRequest? ChunkingStrategy, JsonObject? Attributes)
{
    /// <exception cref="ApiException">A field is malformed (400).</exception>
    public NewFile Read() => new(
        CheckId(FileId, "file_id"), Retrieval.Attributes.ToJson(Attributes, "attributes"), Chunking.ChunkingStrategy.Read(ChunkingStrategy));

    internal static string CheckId(string? id, string param) => id is { Length: > 0 and <= 64 }
        ? id
        : throw new ApiException(ApiErrors.BadRequest($"Missing required parameter: '{param}', the id of an uploaded file.", param));
}

/// <summary>Files to bring into a store together: <c>file_ids</c> with one strategy and attributes for all, or <c>files</c> with each one's own.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record AddBatchRequest(
    IReadOnlyList<string>? FileIds, IReadOnlyList<AddFileRequest?>? Files, ChunkingStrategyRequest? ChunkingStrategy, JsonObject? Attributes)
{
    private const int MaxFiles = 2000;

    /// <exception cref="ApiException">A field is malformed (400).</exception>
    public IReadOnlyList<NewFile> Read()
    {
        if ((FileIds is null) == (Files is null))
        {
            throw new ApiException(ApiErrors.BadRequest("Give either 'file_ids' or 'files'.", "file_ids"));
        }

        List<NewFile> files = Files is not null
            ? [.. Files.Select((file, place) => (file ?? throw new ApiException(ApiErrors.BadRequest($"Invalid 'files[{place}]': expected an object.", $"files[{place}]"))).Read())]
            : [.. FileIds!.Select(id => new AddFileRequest(id, ChunkingStrategy, Attributes).Read())];
        return files.Count is 0 or > MaxFiles
            ? throw new ApiException(ApiErrors.BadRequest($"A batch holds 1 to {MaxFiles} files.", Files is null ? "file_ids" : "files"))
            : [.. files.DistinctBy(file => file.FileId)];
    }
}

/// <summary>New attributes for a file.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record UpdateAttributesRequest(JsonObject? Attributes);
