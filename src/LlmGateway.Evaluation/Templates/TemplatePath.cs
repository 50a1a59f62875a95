using System.Globalization;
using System.Text.Json;

namespace LlmGateway.Evaluation.Templates;

/// <summary>A reference to a value, such as <c>item.answers[0].text</c>.</summary>
/// <param name="Root">Where it begins: <c>item</c> or <c>sample</c>.</param>
/// <param name="Steps">Names and indices on the way, in order.</param>
/// <param name="Text">As it was written.</param>
/// <param name="Position">The first character's place in the template, from 1.</param>
internal sealed record TemplatePath(string Root, IReadOnlyList<string> Steps, string Text, int Position)
{
    public const string Item = "item";
    public const string Sample = "sample";

    /// <summary>The value, or null if a step leads nowhere.</summary>
    public static JsonElement? Follow(JsonElement from, IEnumerable<string> steps)
    {
        foreach (var step in steps)
        {
            if (from.ValueKind == JsonValueKind.Object && from.TryGetProperty(step, out var member))
            {
                from = member;
            }
            else if (from.ValueKind == JsonValueKind.Array && TryIndex(step, out var index) && index < from.GetArrayLength())
            {
                from = from[index];
            }
            else
            {
                return null;
            }
        }

        return from;
    }

    public static bool TryIndex(string step, out int index) => int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out index);
}
