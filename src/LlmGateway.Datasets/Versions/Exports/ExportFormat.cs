using System.Text.Json;
using LlmGateway.Datasets.Storage;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Datasets.Versions.Exports;

/// <summary>How items are written.</summary>
/// <param name="Name">In the query's <c>format</c>.</param>
/// <param name="Need">What an item must have; null for any item. Those with a need are what models are trained on.</param>
/// <param name="Extension">Of the file.</param>
/// <param name="Open">Begins an answer.</param>
internal sealed record ExportFormat(string Name, ItemNeed? Need, string Extension, Func<HttpResponse, IItemWriter> Open)
{
    private static readonly ExportFormat[] All =
    [
        Lines("items", null, ItemLines.WriteItem),
        Lines("openai", ItemNeed.Supervised, ItemLines.WriteSupervised),
        Lines("openai_preference", ItemNeed.Preference, ItemLines.WritePreference),
        Lines("openai_reinforcement", ItemNeed.Reinforcement, ItemLines.WriteReinforcement),
        Lines("evals", null, ItemLines.WriteEvals),
        Lines("trl", ItemNeed.Supervised, TrlLines.WriteSupervised),
        Lines("trl_preference", ItemNeed.Preference, TrlLines.WritePreference),
        Lines("llama_factory", ItemNeed.ShareGpt, ShareGptLines.WriteSupervised),
        Lines("llama_factory_preference", ItemNeed.ShareGptPreference, ShareGptLines.WritePreference),
        Lines("axolotl", ItemNeed.Supervised, AxolotlLines.Write),
        new("csv", null, "csv", response => new CsvItemWriter(response)),
        new("parquet", null, "parquet", response => new ParquetItemWriter(response)),
    ];

    /// <summary>Whether a trainer reads it, so that what leaks into it spoils an evaluation.</summary>
    public bool IsTraining => Need is not null;

    /// <exception cref="ApiException">It is missing or unknown (400).</exception>
    public static ExportFormat Read(IQueryCollection query) => Find(query["format"].ToString(), All);

    /// <summary>The same of formats for training, <c>openai</c> by default.</summary>
    /// <exception cref="ApiException">It is another one (400).</exception>
    public static ExportFormat ReadTraining(IQueryCollection query) =>
        Find(query["format"] is { Count: > 0 } given ? given.ToString() : "openai", [.. All.Where(format => format.IsTraining)]);

    /// <summary>Makes sure that each item can be written, before the first is.</summary>
    /// <exception cref="ApiException">One cannot (400).</exception>
    public async Task CheckAsync(DatasetsDbContext context, DatasetVersion version, string? split, CancellationToken cancellationToken)
    {
        if (Need is null)
        {
            return;
        }

        var (unfit, first) = (0, "");
        await foreach (var page in ItemContent.PagesOf(context, version, split, cancellationToken))
        {
            foreach (var item in page)
            {
                if (Need.Fault(item) is { } fault && unfit++ == 0)
                {
                    first = $"'{item.Row.ItemId}': {fault}";
                }
            }
        }

        if (unfit > 0)
        {
            throw new ApiException(ApiErrors.BadRequest(
                $"{unfit} items cannot be written in the format '{Name}', which needs {Need.Text}. The first is {first}.", "format", Need.Code));
        }
    }

    private static ExportFormat Find(string name, IReadOnlyList<ExportFormat> formats) => formats.FirstOrDefault(format => format.Name == name)
        ?? throw new ApiException(ApiErrors.BadRequest($"Invalid 'format': expected one of {string.Join(", ", formats.Select(format => format.Name))}.", "format"));

    private static ExportFormat Lines(string name, ItemNeed? need, Action<Utf8JsonWriter, ItemContent> write) =>
        new(name, need, "jsonl", response => new LineItemWriter(response, write));
}
