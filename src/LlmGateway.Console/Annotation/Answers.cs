using System.Text.Json;
using LlmGateway.Console.Parts;

namespace LlmGateway.Console.Annotation;

/// <summary>Answers as a person reads them.</summary>
internal static class Answers
{
    public static string Tell(JsonElement? value) => value switch
    {
        null or { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } => Figures.Unknown,
        { ValueKind: JsonValueKind.True } => "yes",
        { ValueKind: JsonValueKind.False } => "no",
        { ValueKind: JsonValueKind.Array } several => several.GetArrayLength() == 0 ? "none" : string.Join(", ", several.EnumerateArray()),
        { } other => other.ToString(),
    };

    public static string Tell(GivenAnswer answer) => $"{answer.Reviewer}: {Tell(answer.Value)}{(answer.Comment is { } comment ? $" ({comment})" : "")}";
}
