using System.Text.Json;
using LlmGateway.Evaluation.Templates;

namespace LlmGateway.Evaluation.Graders;

/// <summary>What every grader's fields have in common.</summary>
internal static class GraderFields
{
    private const int MaxNameLength = 200;
    private const int MaxReferences = 100;

    public static string GraderName(this JsonFields fields) => fields.Text("name", MaxNameLength) is { Length: > 0 } name
        ? name
        : throw JsonFields.Invalid($"'{fields.At("name")}' is empty.", fields.At("name"));

    public static Template Template(this JsonFields fields, string name, TemplateScope scope) => scope.Parse(fields.Text(name), fields.At(name));

    /// <summary>The template, which is the sample's text where none is given.</summary>
    public static Template TemplateOrOutput(this JsonFields fields, string name, TemplateScope scope) =>
        scope.Parse(fields.FindText(name) ?? "{{ sample.output_text }}", fields.At(name));

    /// <summary>One template, or a list of them of which any will do.</summary>
    public static IReadOnlyList<Template> References(this JsonFields fields, string name, TemplateScope scope) =>
        fields.Value(name).ValueKind == JsonValueKind.Array
            ? [.. fields.List(name, 1, MaxReferences).Select(entry => scope.Parse(JsonFields.AsText(entry.Element, entry.Path), entry.Path))]
            : [fields.Template(name, scope)];

    /// <summary>The score from which on an item passes.</summary>
    public static double PassThreshold(this JsonFields fields, double otherwise, double low = 0, double high = 1) =>
        fields.FindNumber("pass_threshold", low, high) ?? otherwise;
}
