using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace LlmGateway.Gateway.Retrieval;

/// <summary>A page of passages, found or read.</summary>
internal sealed record FoundPage(IReadOnlyList<FoundPassage> Data);

internal sealed record FoundPassage(
    string FileId, string? Filename, double? Score, JsonObject? Attributes, IReadOnlyList<FoundText> Content, FoundSpan? Span)
{
    public Passage ToPassage(string store)
    {
        var text = string.Join('\n', Content.Select(content => content.Text));
        return new Passage(store, FileId, Filename ?? FileId, text, Span?.Start ?? 0, Span?.End ?? text.Length, Score ?? 1, Attributes);
    }
}

internal sealed record FoundText(string Text);

internal sealed record FoundSpan(int Start, int End);

internal sealed record FoundFailure(FoundError? Error);

internal sealed record FoundError(string? Message, string? Param, string? Code);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(FoundPage))]
[JsonSerializable(typeof(FoundFailure))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class RetrievalJson : JsonSerializerContext;
