using System.Text.Json;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.Versions.Exports;

/// <summary>How an item is written as a line.</summary>
/// <param name="Name">In the query's <c>format</c>.</param>
/// <param name="IsSupervised">Whether it takes conversations with an answer only.</param>
/// <param name="Write">Writes one item.</param>
internal sealed record ExportFormat(string Name, bool IsSupervised, Action<Utf8JsonWriter, DatasetItem> Write)
{
    private static readonly ExportFormat[] All =
    [
        new("items", false, (writer, item) => JsonSerializer.Serialize(writer, ItemView.Of(item), DatasetsJsonContext.Default.ItemView)),
        new("openai", true, (writer, item) => ChatForm.WriteSupervised(writer, JsonElement.Parse(item.Input), JsonElement.Parse(item.Reference!))),
    ];

    /// <exception cref="ApiException">It is missing or unknown (400).</exception>
    public static ExportFormat Read(IQueryCollection query) =>
        All.FirstOrDefault(format => format.Name == query["format"].ToString())
        ?? throw new ApiException(ApiErrors.BadRequest($"Invalid 'format': expected one of {string.Join(", ", All.Select(format => format.Name))}.", "format"));

    /// <summary>Makes sure that each item can be written, before the first is.</summary>
    /// <exception cref="ApiException">One cannot (400).</exception>
    public async Task CheckAsync(IQueryable<DatasetItem> items, CancellationToken cancellationToken)
    {
        if (!IsSupervised)
        {
            return;
        }

        var unfit = items.Where(item => !item.IsSupervised);
        if (await unfit.OrderBy(item => item.Place).Select(item => item.ItemId).FirstOrDefaultAsync(cancellationToken) is { } first)
        {
            throw new ApiException(ApiErrors.BadRequest(
                $"{await unfit.CountAsync(cancellationToken)} items are no conversation with an answer, the first is '{first}': format '{Name}' needs text or messages as 'input', and text or an assistant message as 'reference'.",
                "format",
                "not_supervised"));
        }
    }
}
