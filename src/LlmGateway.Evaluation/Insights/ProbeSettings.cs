using System.Text.Json;
using LlmGateway.Evaluation.Calibrations.Labels;
using LlmGateway.Evaluation.Evals;
using LlmGateway.Evaluation.Graders;
using LlmGateway.Evaluation.Sources;
using LlmGateway.Evaluation.Templates;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Insights;

/// <summary>What a caller gives to be measured with; null for what was not given.</summary>
internal sealed record ProbeSettings
{
    /// <summary>The gold passages.</summary>
    public Template? OracleContext { get; private init; }

    /// <summary>The reference in the run's messages that stands for its context, such as <c>item.context</c>.</summary>
    public TemplatePath? Context { get; private init; }

    /// <summary>The ids that were retrieved, and those that are relevant.</summary>
    public (TemplatePath Retrieved, TemplatePath Relevant)? Ids { get; private init; }

    public FormatSettings? Format { get; private init; }

    public IHumanLabels? Human { get; private init; }

    /// <summary>The criterion by which a person judged: no part of the verdict that is explained.</summary>
    public string? HumanCriterion { get; private init; }

    public bool ClosedBook { get; private init; }

    /// <summary>A sampling block as a run has it.</summary>
    public JsonElement? FewShot { get; private init; }

    /// <summary>A sampling block as a run has it under <c>context</c>.</summary>
    public JsonElement? Retrieval { get; private init; }

    /// <param name="given">The request's object; null for none.</param>
    /// <param name="definition">The eval.</param>
    /// <param name="datasets">Where people's labels may be.</param>
    /// <param name="caller">Who reads them.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ApiException">It is malformed, or refers to what items cannot have (400), or to a queue that is not there (404).</exception>
    public static async Task<ProbeSettings> ReadAsync(
        JsonFields? given, EvalDefinition definition, DatasetsClient datasets, Caller caller, CancellationToken cancellationToken)
    {
        if (given is not { } fields)
        {
            return new ProbeSettings();
        }

        fields.Only("oracle_context", "context", "retrieved", "relevant", "format", "human", "closed_book", "few_shot", "retrieval");
        var (scope, before) = (definition.Config.Scope, definition.Config.Scope.BeforeSampling());
        var human = fields.FindObject("human");
        return new ProbeSettings
        {
            OracleContext = fields.Find("oracle_context") is null ? null : ReadTemplate(fields, "oracle_context", before),
            Context = fields.Find("context") is null ? null : ReadPath(fields, "context", before),
            Ids = ReadIds(fields, scope),
            Format = fields.FindObject("format") is { } format ? await FormatSettings.ReadAsync(format, definition, cancellationToken) : null,
            Human = human is { } labels ? await ReadLabelsAsync(labels, definition, datasets, caller, cancellationToken) : null,
            HumanCriterion = human?.FindText("name"),
            ClosedBook = fields.FindBoolean("closed_book", false),
            FewShot = fields.FindObject("few_shot")?.Element,
            Retrieval = fields.FindObject("retrieval")?.Element,
        };
    }

    private static (TemplatePath, TemplatePath)? ReadIds(JsonFields fields, TemplateScope scope)
    {
        if (fields.Find("relevant") is null)
        {
            return fields.Find("retrieved") is null
                ? null
                : throw JsonFields.Invalid($"'{fields.At("retrieved")}' needs '{fields.At("relevant")}' beside it: the path of the ids that should be there.", fields.At("relevant"));
        }

        var retrieved = fields.Find("retrieved") is null
            ? scope.Parse("{{ sample.retrieved }}", fields.At("retrieved")).Paths.Single()
            : ReadPath(fields, "retrieved", scope);
        return (retrieved, ReadPath(fields, "relevant", scope));
    }

    private static async Task<IHumanLabels> ReadLabelsAsync(
        JsonFields fields, EvalDefinition definition, DatasetsClient datasets, Caller caller, CancellationToken cancellationToken) =>
        fields.Choice("type", "field", "criterion", "annotation_queue") switch
        {
            "field" => FieldLabels.Read(fields, definition.Config.Scope.BeforeSampling()),
            "criterion" => new CriterionLabels(fields.Only("type", "name").Criterion("name", definition.Graders)),
            _ => await QueueLabels.ReadAsync(fields, datasets, caller with { Scopes = Scopes.Data }, cancellationToken),
        };

    /// <summary>A template, or a field's path alone.</summary>
    private static Template ReadTemplate(JsonFields fields, string name, TemplateScope scope)
    {
        var text = fields.Text(name);
        return scope.Parse(text.Contains("{{", StringComparison.Ordinal) ? text : $$$"""{{ {{{text}}} }}""", fields.At(name));
    }

    private static TemplatePath ReadPath(JsonFields fields, string name, TemplateScope scope) =>
        ReadTemplate(fields, name, scope) is { IsReference: true } template
            ? template.Paths.Single()
            : throw JsonFields.Invalid($"'{fields.At(name)}' must be one path, such as item.passage_ids.", fields.At(name));
}

/// <summary>Names of criteria in requests.</summary>
internal static class CriterionFields
{
    /// <exception cref="ApiException">The eval has none by that name (400).</exception>
    public static string Criterion(this JsonFields fields, string field, IReadOnlyList<IGrader> graders)
    {
        var name = fields.Text(field);
        return graders.Any(grader => grader.Name == name) ? name : throw JsonFields.Invalid(
            $"The eval has no testing criterion '{JsonFields.Shortened(name)}', but {string.Join(", ", graders.Select(grader => grader.Name))}.", fields.At(field));
    }
}
