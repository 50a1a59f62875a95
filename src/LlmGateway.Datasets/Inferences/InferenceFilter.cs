using System.Globalization;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Datasets.Storage;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.Inferences;

/// <summary>The filters of <c>GET /v1/inferences</c>.</summary>
internal sealed record InferenceFilter(
    string? Model,
    string? Operation,
    InferenceOutcome? Outcome,
    string? KeyId,
    string? Purpose,
    string? PromptId,
    int? PromptVersion,
    Guid? ParentId,
    string? Step,
    string? ExperimentId,
    string? Variant,
    long? CreatedAfterMicros,
    long? CreatedBeforeMicros,
    IReadOnlyList<KeyValuePair<string, string>> Metadata,
    IReadOnlyList<Guid>? Ids)
{
    /// <summary>Longest value of a filter.</summary>
    private const int MaxLength = 256;

    private const int MaxIds = 100;

    /// <exception cref="ApiException">A filter is malformed (400).</exception>
    public static InferenceFilter Read(IQueryCollection query) => new(
        ReadText(query, "model"),
        ReadText(query, "operation"),
        ReadOutcome(query),
        ReadText(query, "key_id"),
        ReadText(query, "purpose"),
        ReadText(query, "prompt_id"),
        ReadVersion(query),
        ReadParent(query),
        ReadText(query, "step"),
        ReadText(query, "experiment_id"),
        ReadVariant(query),
        QueryTimes.ReadMicros(query, "created_after"),
        QueryTimes.ReadMicros(query, "created_before"),
        MetadataRules.ReadFilter(query),
        ReadIds(query));

    /// <summary>The value, or null if it is absent.</summary>
    /// <exception cref="ApiException">It is too long (400).</exception>
    public static string? ReadText(IQueryCollection query, string name)
    {
        var text = query[name].ToString();
        return text.Length > MaxLength
            ? throw new ApiException(ApiErrors.BadRequest($"Invalid '{name}': expected at most {MaxLength} characters.", name))
            : text.Length == 0 ? null : text;
    }

    /// <summary>A page of a project's rows that pass.</summary>
    public IQueryable<Inference> Page(DatasetsDbContext context, string project, PageQuery page, Guid? after) =>
        Apply(InExperiment(context, context.Inferences.AsNoTracking().Where(row => row.ProjectId == project), project)).Page(context, project, Metadata, page, after);

    private IQueryable<Inference> InExperiment(DatasetsDbContext context, IQueryable<Inference> rows, string project)
    {
        if (ExperimentId is not { } experiment)
        {
            return rows;
        }

        var exposures = context.Exposures.Where(row => row.ProjectId == project && row.ExperimentId == experiment && (Variant == null || row.Variant == Variant));
        return rows.Where(row => exposures.Any(exposure => exposure.InferenceId == row.Id));
    }

    private IQueryable<Inference> Apply(IQueryable<Inference> rows)
    {
        rows = Operation is { } operation ? rows.Where(row => row.Operation == operation) : rows;
        rows = Outcome is { } outcome ? rows.Where(row => row.Outcome == outcome) : rows;
        rows = KeyId is { } key ? rows.Where(row => row.KeyId == key) : rows;
        rows = Purpose is { } purpose ? rows.Where(row => row.Purpose == purpose) : rows;
        rows = PromptId is { } prompt ? rows.Where(row => row.PromptId == prompt) : rows;
        rows = PromptVersion is { } version ? rows.Where(row => row.PromptVersion == version) : rows;
        rows = ParentId is { } parent ? rows.Where(row => row.ParentId == parent) : rows;
        rows = Step is { } step ? rows.Where(row => row.Step == step) : rows;
        rows = CreatedAfterMicros is { } after ? rows.Where(row => row.CreatedAtMicros > after) : rows;
        rows = CreatedBeforeMicros is { } before ? rows.Where(row => row.CreatedAtMicros < before) : rows;
        rows = Ids is { } ids ? rows.Where(row => ids.Contains(row.Id)) : rows;
        return rows.WithModel(Model);
    }

    private static Guid[]? ReadIds(IQueryCollection query)
    {
        var texts = query["ids"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var ids = texts.Select(text => Guid.TryParse(text, out var id) ? id : (Guid?)null).ToList();
        return ids.Count == 0 ? null
            : ids.Count <= MaxIds && ids.All(id => id is not null) ? [.. ids.Select(id => id!.Value)]
            : throw new ApiException(ApiErrors.BadRequest($"Invalid 'ids': expected up to {MaxIds} inference ids, separated by commas.", "ids"));
    }

    private static int? ReadVersion(IQueryCollection query) =>
        ReadText(query, "prompt_version") is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version
        : throw new ApiException(ApiErrors.BadRequest("Invalid 'prompt_version': expected a version's number.", "prompt_version"));

    private static string? ReadVariant(IQueryCollection query) =>
        ReadText(query, "variant") is { } variant && ReadText(query, "experiment_id") is null
            ? throw new ApiException(ApiErrors.BadRequest($"Invalid 'variant': '{variant}' needs its 'experiment_id'.", "variant"))
            : ReadText(query, "variant");

    private static Guid? ReadParent(IQueryCollection query) =>
        ReadText(query, "parent_id") is not { } text ? null
        : Guid.TryParse(text, out var id) ? id
        : throw new ApiException(ApiErrors.BadRequest("Invalid 'parent_id': expected an inference id.", "parent_id"));

    private static InferenceOutcome? ReadOutcome(IQueryCollection query)
    {
        var text = query["outcome"].ToString();
        return text.Length == 0 ? null
            : InferenceNames.ParseOutcome(text)
                ?? throw new ApiException(ApiErrors.BadRequest(
                    "Invalid 'outcome': expected 'completed', 'failed', 'cancelled' or 'incomplete'.", "outcome"));
    }
}

internal static class ModelFilter
{
    /// <summary>Rows that asked for the model by this name, or that <c>provider/model</c> answered.</summary>
    public static IQueryable<Inference> WithModel(this IQueryable<Inference> rows, string? model) =>
        model is null ? rows : rows.Where(row => row.Model == model || row.RequestedModel == model);
}
