using System.Text.Encodings.Web;
using System.Text.Json;

namespace LlmGateway.Datasets.Versions.Imports;

/// <summary>Places of fields in a record, from 0.</summary>
internal sealed record CsvLayout(int Input, int? Reference, int? Rejected, int? Id, int? Split, IReadOnlyList<(string Key, int Place)> Metadata)
{
    /// <summary>The item of a record.</summary>
    /// <param name="fields">As many as the header has.</param>
    /// <param name="line">Where it begins.</param>
    /// <exception cref="LineException">A field cannot be used.</exception>
    public ItemDraft Read(IReadOnlyList<string> fields, int line)
    {
        var metadata = ReadMetadata(fields);
        return new ItemDraft
        {
            Id = TextAt(fields, Id) is { } id ? LineParser.CheckId(id) : null,
            Input = ValueAt(fields, Input) ?? throw new LineException("the column of 'input' is empty"),
            Reference = ValueAt(fields, Reference),
            Rejected = ValueAt(fields, Rejected),
            Metadata = metadata,
            Split = TextAt(fields, Split) is { } split ? LineParser.CheckSplit(split) : null,
            EpisodeId = LineParser.EpisodeOf(metadata),
            Line = line,
        };
    }

    private JsonElement? ReadMetadata(IReadOnlyList<string> fields)
    {
        var present = Metadata.Where(field => fields[field.Place].Length > 0).ToDictionary(field => field.Key, field => fields[field.Place]);
        return present.Count == 0 ? null : JsonSerializer.SerializeToElement(present, DatasetsJsonContext.Default.DictionaryStringString);
    }

    private static string? TextAt(IReadOnlyList<string> fields, int? place) => place is { } index && fields[index] is { Length: > 0 } text ? text : null;

    private static JsonElement? ValueAt(IReadOnlyList<string> fields, int? place) =>
        TextAt(fields, place) is { } text ? JsonElement.Parse($"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text)}\"") : null;
}
