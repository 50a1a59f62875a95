using System.Text.Json;

namespace LlmGateway.Datasets.Annotations.Items;

/// <summary>Something to judge, as its source gives it.</summary>
/// <param name="SourceType">One of <see cref="AnnotationSourceType"/>.</param>
/// <param name="SourceId">Once in a queue.</param>
/// <param name="Input">What was asked: text, messages or an object.</param>
/// <param name="Output">What was answered; null for none.</param>
/// <param name="OtherOutput">The second answer of a pair.</param>
/// <param name="Metadata">An object; null for none.</param>
/// <param name="InferenceId">The call that gave the output.</param>
internal sealed record AnnotationDraft(
    string SourceType, string SourceId, JsonElement Input, JsonElement? Output, JsonElement? OtherOutput, JsonElement? Metadata, string? InferenceId)
{
    /// <summary>Characters of all its parts together, beyond which nobody would read it.</summary>
    public const int MaxLength = 256 << 10;

    public int Length => Input.GetRawText().Length + LengthOf(Output) + LengthOf(OtherOutput) + LengthOf(Metadata);

    private static int LengthOf(JsonElement? part) => part?.GetRawText().Length ?? 0;
}
