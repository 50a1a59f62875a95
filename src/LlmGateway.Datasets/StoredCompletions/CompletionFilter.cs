using LlmGateway.Datasets.Inferences;
using LlmGateway.Datasets.Storage;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Datasets.StoredCompletions;

/// <summary>
/// OpenAI's filters of stored completions, and <c>purpose</c>: calls that services make for themselves are left out
/// unless they are asked for.
/// </summary>
internal sealed record CompletionFilter(string? Model, string Purpose, IReadOnlyList<KeyValuePair<string, string>> Metadata)
{
    /// <exception cref="ApiException">A filter is malformed (400).</exception>
    public static CompletionFilter Read(IQueryCollection query) => new(
        InferenceFilter.ReadText(query, "model"),
        InferenceFilter.ReadText(query, "purpose") ?? Caller.Production,
        MetadataRules.ReadFilter(query));

    /// <summary>Rows that pass, whatever their metadata.</summary>
    public IQueryable<Inference> ApplyToRows(IQueryable<Inference> rows) => rows.Where(row => row.Purpose == Purpose).WithModel(Model);

    /// <summary>Rows that pass.</summary>
    public IQueryable<Inference> Apply(DatasetsDbContext context, IQueryable<Inference> rows) =>
        ApplyToRows(rows).WithMetadata(context.Metadata, Metadata);
}
