using System.Runtime.CompilerServices;
using System.Text.Json;
using LlmGateway.Datasets.Catalog;
using LlmGateway.Datasets.Versions.Imports;
using LlmGateway.Datasets.Versions.Sources;
using LlmGateway.Schemas;
using LlmGateway.Service;

namespace LlmGateway.Datasets.Versions.Schemas;

/// <summary>What a dataset asks of the items of a new version, wherever they come from.</summary>
internal sealed class ItemSchemas
{
    private readonly CallerSchema? _input;
    private readonly CallerSchema? _reference;
    private readonly bool _skipsMismatches;

    private ItemSchemas(CallerSchema? input, CallerSchema? reference, bool skipsMismatches) =>
        (_input, _reference, _skipsMismatches) = (input, reference, skipsMismatches);

    public static async Task<ItemSchemas> OfAsync(Dataset dataset, VersionSource source, CancellationToken cancellationToken) => new(
        await ParseAsync(dataset.InputSchema, "input_schema", cancellationToken),
        await ParseAsync(dataset.ReferenceSchema, "reference_schema", cancellationToken),
        source.OnError == FileImport.Skip);

    /// <summary>The items that the schemas accept.</summary>
    /// <exception cref="ApiException">There are others, and the caller did not say to pass over them (400).</exception>
    public async IAsyncEnumerable<ItemDraft> CheckAsync(
        IAsyncEnumerable<ItemDraft> items, DropCounts dropped, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var report = dropped.Schema = _input is null && _reference is null ? null : new SchemaReport();
        await foreach (var item in items.WithCancellation(cancellationToken))
        {
            if (report?.Take(item.Line, Faults(item)) == false)
            {
                dropped.Add(DropCounts.SchemaMismatch);
            }
            else if (_skipsMismatches || report is not { Refused: > 0 })
            {
                // Behind a mismatch there is else only the search for more of them.
                yield return item;
            }
        }

        if (!_skipsMismatches && report is { Refused: > 0 })
        {
            throw new ApiException(report.ToError());
        }
    }

    /// <summary>Paths begin with the item's member. A missing reference is validated as null.</summary>
    private List<string> Faults(ItemDraft item) =>
    [
        .. (_input?.Validate(item.Input.GetRawText()) ?? []).Select(error => $"input{error}"),
        .. (_reference?.Validate(item.Reference?.GetRawText() ?? "null") ?? []).Select(error => $"reference{error}"),
    ];

    private static async Task<CallerSchema?> ParseAsync(string? schema, string field, CancellationToken cancellationToken) =>
        schema is null ? null : await CallerSchema.ParseAsync(JsonElement.Parse(schema), field, cancellationToken);
}
