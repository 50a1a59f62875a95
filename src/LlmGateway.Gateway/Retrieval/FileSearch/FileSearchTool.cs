using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Retrieval.FileSearch;

/// <summary>OpenAI's tool <c>file_search</c>, with members of ours behind <see cref="RankingOptions"/>.</summary>
/// <param name="Type"><c>file_search</c>.</param>
/// <param name="VectorStoreIds">1 to 10 stores of the caller's project, by id or name.</param>
/// <param name="MaxNumResults">1 to 50; the default is 10.</param>
/// <param name="Filters">Which files, by their attributes.</param>
/// <param name="RankingOptions">How passages are ranked.</param>
/// <param name="Strategy">Ours: <c>search</c>, the default, or <c>stuff</c> for the whole stores.</param>
/// <param name="MaxTokens">Ours: tokens of all passages; by default what the configuration and the model's window allow.</param>
/// <param name="Configuration">Ours: how stores are searched, as their search has it.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record FileSearchTool(
    string Type, IReadOnlyList<string>? VectorStoreIds, int? MaxNumResults, JsonObject? Filters, JsonObject? RankingOptions, string? Strategy, int? MaxTokens,
    JsonObject? Configuration)
{
    public const int DefaultResults = 10;
    private const int MaxStores = 10;
    private const int MaxResults = 50;

    public static ReadOnlySpan<byte> TypeName => "file_search"u8;

    public bool IsStuffed => Strategy == PassageQuery.Stuff;

    /// <param name="tool">A tool of this type.</param>
    /// <param name="param">Its place in the request.</param>
    /// <exception cref="ApiException">400 naming the field.</exception>
    public static FileSearchTool Read(JsonElement tool, string param)
    {
        try
        {
            var read = tool.Deserialize(FileSearchJson.Default.FileSearchTool)!;
            read.Check(param);
            return read;
        }
        catch (JsonException exception)
        {
            var path = $"{param}{exception.Path?.TrimStart('$')}";
            throw Refused($"'{path}' is unknown or of the wrong type: 'file_search' has 'vector_store_ids', 'max_num_results', 'filters', 'ranking_options', and of ours "
                + "'strategy', 'max_tokens' and 'configuration'.", path, "invalid_type");
        }
    }

    private void Check(string param)
    {
        if (VectorStoreIds is not { Count: >= 1 and <= MaxStores } || VectorStoreIds.Any(id => id is not { Length: >= 1 and <= 256 }))
        {
            throw Refused($"'{param}.vector_store_ids' must hold 1 to {MaxStores} vector stores.", $"{param}.vector_store_ids");
        }

        if (MaxNumResults is < 1 or > MaxResults)
        {
            throw Refused($"'{param}.max_num_results' must be from 1 to {MaxResults}.", $"{param}.max_num_results");
        }

        if (MaxTokens is < 1)
        {
            throw Refused($"'{param}.max_tokens' must be 1 or more.", $"{param}.max_tokens");
        }

        if (Strategy is not (null or PassageQuery.Search or PassageQuery.Stuff))
        {
            throw Refused($"'{param}.strategy' must be 'search' or 'stuff'.", $"{param}.strategy");
        }
    }

    private static ApiException Refused(string message, string param, string code = "invalid_value") => new(ApiErrors.BadRequest(message, param, code));
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(FileSearchTool))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class FileSearchJson : JsonSerializerContext;
