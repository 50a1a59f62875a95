using System.Text.Json;

namespace LlmGateway.Evaluation.Sampling.Blocks;

/// <summary>An item of an indexed dataset.</summary>
/// <param name="Id">Its id in the dataset.</param>
/// <param name="Item">The whole item, for templates.</param>
/// <param name="Text">What its input says.</param>
/// <param name="Reference">What the output should be; null for unknown.</param>
internal sealed record IndexedItem(string Id, JsonElement Item, string Text, string? Reference)
{
    /// <summary>Nearly: the text, its normalised form and the item's own JSON.</summary>
    public long SizeBytes => (4L * Text.Length) + (2L * Item.GetRawText().Length) + (2L * (Reference?.Length ?? 0)) + 200;

    /// <param name="line">A line of a dataset's export.</param>
    /// <param name="index">Its place.</param>
    public static IndexedItem Read(JsonElement line, int index) => new(
        line.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String ? id.GetString()! : $"{index}",
        line,
        line.TryGetProperty("input", out var input) ? ItemText.OfInput(input) : ItemText.OfInput(line),
        line.TryGetProperty("reference", out var reference) && reference.ValueKind != JsonValueKind.Null ? ItemText.OfReference(reference) : null);
}
