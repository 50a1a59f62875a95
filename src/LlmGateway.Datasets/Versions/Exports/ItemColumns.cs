using System.Text.Json;

namespace LlmGateway.Datasets.Versions.Exports;

/// <summary>
/// Items as rows of text: a value that is text stands as it is, any other as JSON. Import takes such a file with the same columns.
/// </summary>
internal static class ItemColumns
{
    public static readonly IReadOnlyList<(string Name, Func<ItemContent, string?> Read)> All =
    [
        ("id", item => item.Row.ItemId),
        ("input", item => TextOf(item.Input)),
        ("reference", item => TextOf(item.Reference)),
        ("rejected", item => TextOf(item.Rejected)),
        ("metadata", item => TextOf(item.Metadata)),
        ("split", item => item.Row.Split),
    ];

    private static string? TextOf(JsonElement? value) => value is { ValueKind: JsonValueKind.String } text ? text.GetString() : value?.GetRawText();
}
