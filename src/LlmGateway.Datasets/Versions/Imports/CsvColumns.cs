using System.Text.Json;
using System.Text.Json.Serialization;
using LlmGateway.Service;

namespace LlmGateway.Datasets.Versions.Imports;

/// <summary>Which column of a CSV file becomes what. Every value is text; an empty one counts as missing.</summary>
/// <param name="Input">Required, as is a value in it.</param>
/// <param name="Reference">What the output should be.</param>
/// <param name="Rejected">An output that is worse.</param>
/// <param name="Id">1 to 128 characters, each once.</param>
/// <param name="Split">train, validation or test.</param>
/// <param name="Metadata">An object of key and column, or a list of columns that keep their names; at most 64.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record CsvColumns(
    string? Input,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reference = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Rejected = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Id = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Split = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JsonElement? Metadata = null)
{
    private const int MaxLength = 256;
    private const int MaxMetadata = 64;

    /// <summary>The first is the default.</summary>
    public static readonly IReadOnlyList<string> Delimiters = [",", ";", "\t"];

    /// <exception cref="ApiException">A column is missing or malformed (400).</exception>
    public void Check()
    {
        if (Input is null)
        {
            throw Bad("Missing required parameter: 'source.columns.input'.", "input");
        }

        foreach (var (name, column) in new[] { ("input", Input), ("reference", Reference), ("rejected", Rejected), ("id", Id), ("split", Split) })
        {
            if (column is { Length: 0 or > MaxLength })
            {
                throw Bad($"Invalid 'source.columns.{name}': expected 1 to {MaxLength} characters.", name);
            }
        }

        if (ReadMetadata() is not { Count: <= MaxMetadata } metadata || metadata.Any(pair => pair.Key.Length is 0 or > MaxLength || pair.Column.Length is 0 or > MaxLength)
            || metadata.DistinctBy(pair => pair.Key).Count() < metadata.Count)
        {
            throw Bad($"Invalid 'source.columns.metadata': expected an object of key and column or a list of columns, at most {MaxMetadata} with different names.", "metadata");
        }
    }

    /// <summary>Where a header has the columns.</summary>
    /// <exception cref="ApiException">It lacks one, or has it twice (400).</exception>
    public CsvLayout In(IReadOnlyList<string> header) => new(
        PlaceOf(header, Input!, "input"),
        Find(header, Reference, "reference"),
        Find(header, Rejected, "rejected"),
        Find(header, Id, "id"),
        Find(header, Split, "split"),
        [.. ReadMetadata()!.Select(pair => (pair.Key, PlaceOf(header, pair.Column, "metadata")))]);

    /// <returns>Null if it is of another form.</returns>
    private List<(string Key, string Column)>? ReadMetadata() => Metadata switch
    {
        null or { ValueKind: JsonValueKind.Null } => [],
        { ValueKind: JsonValueKind.Object } pairs when pairs.EnumerateObject().All(pair => pair.Value.ValueKind == JsonValueKind.String) =>
            [.. pairs.EnumerateObject().Select(pair => (pair.Name, pair.Value.GetString()!))],
        { ValueKind: JsonValueKind.Array } names when names.EnumerateArray().All(name => name.ValueKind == JsonValueKind.String) =>
            [.. names.EnumerateArray().Select(name => (name.GetString()!, name.GetString()!))],
        _ => null,
    };

    private static int? Find(IReadOnlyList<string> header, string? column, string name) => column is null ? null : PlaceOf(header, column, name);

    private static int PlaceOf(IReadOnlyList<string> header, string column, string name) =>
        header.Index().Where(field => field.Item == column).Select(field => field.Index).ToArray() switch
        {
            [var place] => place,
            [] => throw Bad($"Invalid 'source.columns.{name}': the file's header has no column '{column}', it has: {Shortened(string.Join(", ", header))}.{DelimiterHint(header)}", name),
            _ => throw Bad($"Invalid 'source.columns.{name}': the file's header has the column '{column}' more than once.", name),
        };

    private static string DelimiterHint(IReadOnlyList<string> header) =>
        header is [var only] && only.IndexOfAny([',', ';', '\t', '|']) is >= 0 and var at ? $" Do fields end with '{only[at]}'? Then say so as 'source.delimiter'." : "";

    private static string Shortened(string text) => text.Length <= MaxLength ? text : text[..MaxLength] + "…";

    private static ApiException Bad(string message, string member) => new(ApiErrors.BadRequest(message, $"source.columns.{member}"));
}
