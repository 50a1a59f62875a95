using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using LlmGateway.Retrieval.Chunking;
using LlmGateway.Service;
using LlmGateway.Text.Search;

namespace LlmGateway.Retrieval.VectorStores;

/// <param name="Name">At most 256 characters.</param>
/// <param name="Description">At most 2,048 characters.</param>
/// <param name="FileIds">Files to begin with, at most 500.</param>
/// <param name="ExpiresAfter">After what time without use it is searched no more; what it holds stays until it is deleted. Null for never.</param>
/// <param name="ChunkingStrategy">How those files are cut.</param>
/// <param name="Metadata">Up to 16 texts.</param>
/// <param name="EmbeddingModel">Ours: the model that embeds; the configured one by default.</param>
/// <param name="Language">Ours: the language by which words are searched, or <c>none</c>; English by default.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record CreateVectorStoreRequest(
    string? Name, string? Description, IReadOnlyList<string>? FileIds, ExpiresAfter? ExpiresAfter, ChunkingStrategyRequest? ChunkingStrategy,
    JsonObject? Metadata, string? EmbeddingModel, string? Language)
{
    private const int MaxFiles = 500;
    private const int MaxName = 256;
    private const int MaxDescription = 2048;

    /// <exception cref="ApiException">A field is malformed (400).</exception>
    public void Check()
    {
        CheckLength(Name, MaxName, "name");
        CheckLength(Description, MaxDescription, "description");
        CheckLength(EmbeddingModel, MaxName, "embedding_model");
        ExpiresAfter?.Check();
        RequestField.OneOf(Language, "language", [.. SearchLanguage.All.Select(language => language.Name)]);
        if (FileIds?.Count > MaxFiles)
        {
            throw new ApiException(ApiErrors.BadRequest($"'file_ids' may hold at most {MaxFiles} files; add more with file batches.", "file_ids"));
        }
    }

    internal static void CheckLength(string? text, int limit, string param)
    {
        if (text?.Length > limit)
        {
            throw new ApiException(ApiErrors.BadRequest($"'{param}' may have at most {limit} characters.", param));
        }
    }
}

/// <summary>A change; what is absent stays.</summary>
/// <param name="Name">At most 256 characters.</param>
/// <param name="ExpiresAfter">When it goes; <c>null</c>, unlike nothing at all, for never.</param>
/// <param name="Metadata">Up to 16 texts.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record UpdateVectorStoreRequest(string? Name, JsonElement ExpiresAfter, JsonObject? Metadata)
{
    /// <summary>The days after which it then goes.</summary>
    /// <param name="days">Those after which it went.</param>
    /// <exception cref="ApiException">The field is malformed (400).</exception>
    public int? ReadExpiryDays(int? days)
    {
        try
        {
            var expiry = ExpiresAfter.ValueKind == JsonValueKind.Undefined ? null : ExpiresAfter.Deserialize(RetrievalJsonContext.Default.ExpiresAfter);
            expiry?.Check();
            return ExpiresAfter.ValueKind == JsonValueKind.Undefined ? days : expiry?.Days;
        }
        catch (JsonException)
        {
            throw new ApiException(ApiErrors.BadRequest("Invalid 'expires_after': expected an object of 'anchor' and 'days', or null.", "expires_after"));
        }
    }
}

/// <param name="Anchor"><c>last_active_at</c>.</param>
/// <param name="Days">1 to 365.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ExpiresAfter(string Anchor, int Days)
{
    public const string LastActiveAt = "last_active_at";
    private const int MaxDays = 365;

    /// <exception cref="ApiException">A field is malformed (400).</exception>
    public void Check()
    {
        if (Anchor != LastActiveAt)
        {
            throw new ApiException(ApiErrors.BadRequest($"Invalid 'expires_after.anchor': expected '{LastActiveAt}'.", "expires_after.anchor"));
        }

        if (Days is < 1 or > MaxDays)
        {
            throw new ApiException(ApiErrors.BadRequest($"Invalid 'expires_after.days': expected 1 to {MaxDays}.", "expires_after.days"));
        }
    }
}
