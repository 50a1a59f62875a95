using System.Text.Json;
using System.Text.RegularExpressions;
using LlmGateway.Evaluation.Graders.Formulas;
using LlmGateway.Evaluation.Templates;

namespace LlmGateway.Evaluation.Graders;

/// <summary>
/// OpenAI's <c>multi</c>: a formula over the scores of other graders. Where one of them abstains it abstains, and where one errs it
/// errs, for there is no number to reckon with.
/// </summary>
internal sealed partial class MultiGrader : IGrader
{
    public const string Kind = "multi";
    private const int MaxGraders = 20;
    private const int MaxFormulaLength = 1000;
    private const double MaxThreshold = 1e6;

    private readonly IReadOnlyList<(string Name, IGrader Grader)> _graders;
    private readonly Formula _formula;
    private readonly double _threshold;

    private MultiGrader(string name, IReadOnlyList<(string Name, IGrader Grader)> graders, Formula formula, double threshold) =>
        (Name, _graders, _formula, _threshold) = (name, graders, formula, threshold);

    public string Name { get; }

    public string Type => Kind;

    public bool IsBinary => false;

    public bool CallsModels => _graders.Any(entry => entry.Grader.CallsModels);

    /// <param name="fields">The criterion.</param>
    /// <param name="scope">What templates may refer to.</param>
    /// <param name="read">Reads a grader of another kind.</param>
    public static async Task<MultiGrader> ReadAsync(JsonFields fields, TemplateScope scope, Func<JsonFields, Task<IGrader>> read)
    {
        fields.Only("type", "name", "graders", "calculate_output", "pass_threshold");
        var parts = fields.Object("graders");
        var members = parts.Element.EnumerateObject().ToList();
        if (members.Count is 0 or > MaxGraders)
        {
            throw JsonFields.Invalid($"'{parts.Path}' has {members.Count} graders; it may have 1 to {MaxGraders}.", parts.Path);
        }

        var graders = new List<(string, IGrader)>();
        foreach (var member in members)
        {
            var part = parts.Object(member.Name);
            CheckName(member.Name, part.Path);
            graders.Add((member.Name, await read(part)));
        }

        var formula = Formula.Parse(
            fields.Text("calculate_output", MaxFormulaLength), [.. members.Select(member => member.Name)], fields.At("calculate_output"));
        return new MultiGrader(fields.GraderName(), graders, formula, fields.PassThreshold(0.5, -MaxThreshold, MaxThreshold));
    }

    public async Task<Grade> GradeAsync(GradedItem item, CancellationToken cancellationToken)
    {
        var parts = new List<GradePart>();
        foreach (var (name, grader) in _graders)
        {
            parts.Add(new GradePart(name, grader, await grader.GradeAsync(item, cancellationToken)));
        }

        return Combine(parts) with { Parts = parts, Details = Details(parts) };
    }

    private Grade Combine(List<GradePart> parts)
    {
        if (parts.Find(part => part.Grade.Error is not null) is { } failed)
        {
            return Grade.Failed($"'{failed.Name}': {failed.Grade.Error}");
        }

        if (parts.Find(part => part.Grade.Score is null) is { } silent)
        {
            return Grade.Abstained($"'{silent.Name}' abstained. {silent.Grade.Reason}".TrimEnd());
        }

        var score = _formula.Evaluate(parts.ToDictionary(part => part.Name, part => part.Grade.Score!.Value));
        return double.IsFinite(score) ? Grade.Scored(score, score >= _threshold) : Grade.Failed("The formula has no value for these scores.");
    }

    /// <summary>A grader is called in the formula by its name, which must be one there.</summary>
    private static void CheckName(string name, string path)
    {
        if (!Identifier().IsMatch(name) || FormulaFunctions.Find(name) is not null)
        {
            throw JsonFields.Invalid($"'{path}': a formula can use a name of letters, digits and '_' that begins with a letter and is no function's.", path);
        }
    }

    private static JsonElement Details(List<GradePart> parts) => JsonText.Parse(JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        foreach (var (name, _, grade) in parts)
        {
            writer.WritePropertyName(name);
            WriteScore(writer, grade);
        }

        writer.WriteEndObject();
    }));

    private static void WriteScore(Utf8JsonWriter writer, Grade grade)
    {
        writer.WriteStartObject();
        if (grade.Score is { } score)
        {
            writer.WriteNumber("score", score);
        }
        else
        {
            writer.WriteNull("score");
        }

        writer.WriteString("reason", grade.Reason ?? grade.Error);
        if (grade.Details is { } details)
        {
            writer.WritePropertyName("details");
            details.WriteTo(writer);
        }

        writer.WriteEndObject();
    }

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_]{0,63}$", RegexOptions.CultureInvariant)]
    private static partial Regex Identifier();
}
