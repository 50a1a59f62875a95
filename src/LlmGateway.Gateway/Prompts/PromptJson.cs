using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using LlmGateway.Gateway.Prompts.Composition;

namespace LlmGateway.Gateway.Prompts;

/// <summary>JSON as it stands in the rows: absent members are left out, so that a member which a later release adds changes no hash.</summary>
internal static class PromptJson
{
    /// <summary>Only what JSON itself demands is escaped.</summary>
    private static readonly PromptJsonContext Plain =
        new(new JsonSerializerOptions(PromptJsonContext.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public static string Write(PromptContent content) => JsonSerializer.Serialize(content, Plain.PromptContent);

    public static PromptContent ReadContent(string json) => JsonSerializer.Deserialize(json, Plain.PromptContent)!;

    public static string? Write(IReadOnlyList<PinnedPrompt> includes) =>
        includes.Count == 0 ? null : JsonSerializer.Serialize(includes, Plain.IReadOnlyListPinnedPrompt);

    public static IReadOnlyList<PinnedPrompt> ReadIncludes(string? json) =>
        json is null ? [] : JsonSerializer.Deserialize(json, Plain.IReadOnlyListPinnedPrompt)!;

    public static string? Write(IReadOnlyDictionary<string, string>? metadata) =>
        metadata is null ? null : JsonSerializer.Serialize(metadata, Plain.IReadOnlyDictionaryStringString);

    public static IReadOnlyDictionary<string, string>? ReadMetadata(string? json) =>
        json is null ? null : JsonSerializer.Deserialize(json, Plain.IReadOnlyDictionaryStringString);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PromptContent))]
[JsonSerializable(typeof(IReadOnlyList<PinnedPrompt>))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
internal sealed partial class PromptJsonContext : JsonSerializerContext;
