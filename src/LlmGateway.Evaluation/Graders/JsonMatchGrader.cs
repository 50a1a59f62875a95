using System.Text.Json;
using LlmGateway.Evaluation.Templates;

namespace LlmGateway.Evaluation.Graders;

/// <summary>
/// Ours: <c>json_match</c>, F1 of the fields that the input shares with a reference: a field of another value counts against precision
/// and recall, a missing one against recall, one too many against precision. The details hold each field's verdict.
/// </summary>
internal sealed class JsonMatchGrader : IGrader
{
    public const string Kind = "json_match";
    private const double MaxTolerance = 1e300;
    private const int MaxShown = 100;

    private readonly Template _input;
    private readonly Template _reference;
    private readonly JsonComparison _comparison;
    private readonly double _threshold;

    private JsonMatchGrader(string name, Template input, Template reference, JsonComparison comparison, double threshold) =>
        (Name, _input, _reference, _comparison, _threshold) = (name, input, reference, comparison, threshold);

    public string Name { get; }

    public string Type => Kind;

    public bool IsBinary => false;

    public bool CallsModels => false;

    public static JsonMatchGrader Read(JsonFields fields, TemplateScope scope)
    {
        fields.Only("type", "name", "input", "reference", "number_tolerance", "ignore_order", "pass_threshold");
        return new JsonMatchGrader(
            fields.GraderName(),
            fields.TemplateOrOutput("input", scope),
            fields.Template("reference", scope),
            new JsonComparison(fields.FindNumber("number_tolerance", 0, MaxTolerance) ?? 0, fields.FindBoolean("ignore_order", false)),
            fields.PassThreshold(1));
    }

    public Task<Grade> GradeAsync(GradedItem item, CancellationToken cancellationToken) => Task.FromResult(Judge(item.Values));

    private Grade Judge(TemplateValues values)
    {
        var reference = _reference.Value(values);
        if (Parse(_input.Render(values), out var input) is { } reason)
        {
            return Grade.Scored(0, false, reason);
        }

        var fields = Math.Max(JsonComparison.Count(reference), JsonComparison.Count(input));
        return fields > JsonComparison.MaxFields
            ? Grade.Failed($"There are {fields} fields; up to {JsonComparison.MaxFields} are compared.")
            : Score(_comparison.Compare(reference, input));
    }

    private Grade Score(List<FieldVerdict> verdicts)
    {
        int Count(string verdict) => verdicts.Count(field => field.Verdict == verdict);
        var (matched, different) = (Count(FieldVerdict.Match), Count(FieldVerdict.Different));
        var (wanted, given) = (matched + different + Count(FieldVerdict.Missing), matched + different + Count(FieldVerdict.Extra));
        var score = 2.0 * matched / (wanted + given);
        var details = JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteNumber("matched", matched);
            writer.WriteNumber("reference_fields", wanted);
            writer.WriteNumber("input_fields", given);
            WriteFields(writer, verdicts);
            writer.WriteEndObject();
        });
        return Grade.Scored(score, score >= _threshold) with { Details = JsonText.Parse(details) };
    }

    /// <summary>What went wrong first, for only so many are shown.</summary>
    private static void WriteFields(Utf8JsonWriter writer, List<FieldVerdict> verdicts)
    {
        writer.WriteStartArray("fields");
        foreach (var field in verdicts.OrderBy(field => field.Verdict == FieldVerdict.Match).Take(MaxShown))
        {
            writer.WriteStartObject();
            writer.WriteString("path", field.Path);
            writer.WriteString("verdict", field.Verdict);
            WriteValue(writer, "expected", field.Expected);
            WriteValue(writer, "actual", field.Actual);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteValue(Utf8JsonWriter writer, string name, JsonElement? value)
    {
        if (value is { } known)
        {
            writer.WriteString(name, JsonFields.Shortened(known.GetRawText()));
        }
    }

    /// <summary>Why it is not JSON; null if it is.</summary>
    private static string? Parse(string text, out JsonElement value)
    {
        try
        {
            value = JsonText.Parse(text);
            return null;
        }
        catch (JsonException exception)
        {
            value = default;
            return $"Not JSON: {exception.Message}";
        }
    }
}
