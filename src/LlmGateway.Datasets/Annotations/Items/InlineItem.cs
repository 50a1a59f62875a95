using System.Text.Json;
using System.Text.Json.Serialization;
using LlmGateway.Datasets.Versions;
using LlmGateway.Service;

namespace LlmGateway.Datasets.Annotations.Items;

/// <summary>An item that comes with the request.</summary>
/// <param name="Id">1 to 128 characters, once in a queue.</param>
/// <param name="Input">Text, messages or an object.</param>
/// <param name="Output">Any value; required for a pair.</param>
/// <param name="OtherOutput">The second output of a pair.</param>
/// <param name="Metadata">An object.</param>
/// <param name="InferenceId">The call that gave the output, to which feedback goes.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record InlineItem(string? Id, JsonElement? Input, JsonElement? Output, JsonElement? OtherOutput, JsonElement? Metadata, string? InferenceId)
{
    private const int MaxIdLength = 128;
    private const int MaxInferenceIdLength = 256;

    /// <exception cref="ApiException">A field is missing or malformed (400).</exception>
    public AnnotationDraft Read(string path, bool isPair)
    {
        if (Id is not { Length: > 0 and <= MaxIdLength } || Id.Any(char.IsControl))
        {
            throw Bad($"Invalid '{path}.id': expected 1 to {MaxIdLength} characters.", $"{path}.id");
        }

        if (Input is not { ValueKind: JsonValueKind.String or JsonValueKind.Object or JsonValueKind.Array } input)
        {
            throw Bad($"Missing or invalid '{path}.input': expected text, messages or an object.", $"{path}.input");
        }

        if (isPair != OtherOutput is not null || (isPair && Output is null))
        {
            throw Bad(isPair ? $"'{path}' needs 'output' and 'other_output': the queue compares pairs." : $"Invalid '{path}.other_output': the queue judges single outputs.", $"{path}.other_output");
        }

        if (Metadata is { ValueKind: not JsonValueKind.Object })
        {
            throw Bad($"Invalid '{path}.metadata': expected an object.", $"{path}.metadata");
        }

        if (InferenceId is { Length: 0 or > MaxInferenceIdLength })
        {
            throw Bad($"Invalid '{path}.inference_id': expected 1 to {MaxInferenceIdLength} characters.", $"{path}.inference_id");
        }

        var draft = new AnnotationDraft(AnnotationSourceType.Inline, Id, input, Output, OtherOutput, Metadata, InferenceId);
        return draft.Length > AnnotationDraft.MaxLength || !IsUnicode(input, Output, OtherOutput, Metadata)
            ? throw Bad($"Invalid '{path}': expected at most {AnnotationDraft.MaxLength} characters of valid Unicode.", path)
            : draft;
    }

    private static bool IsUnicode(params ReadOnlySpan<JsonElement?> parts)
    {
        foreach (var part in parts)
        {
            if (part is { } value && !CanonicalJson.IsUnicode(value))
            {
                return false;
            }
        }

        return true;
    }

    private static ApiException Bad(string message, string param) => new(ApiErrors.BadRequest(message, param));
}
