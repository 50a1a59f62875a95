using System.Text.Json;
using System.Text.Json.Serialization;
using LlmGateway.Datasets.Feedback;
using LlmGateway.Datasets.Versions;
using LlmGateway.Service;

namespace LlmGateway.Datasets.Annotations;

/// <summary>The form of an answer.</summary>
/// <param name="Type">boolean, number, categorical, multi or text.</param>
/// <param name="Options">What may be chosen, 2 to 100 of them, in their order if they have one; for categorical and multi.</param>
/// <param name="Ordered">Whether the options are steps of a scale; for categorical.</param>
/// <param name="Min">Lowest number; null for none.</param>
/// <param name="Max">Highest number; null for none.</param>
/// <param name="Tolerance">Numbers agree that are no farther apart; 0 by default.</param>
/// <param name="MaxLength">Characters of a text; 10,000 by default and at most.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record AnswerType(
    string? Type,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Options = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? Ordered = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Min = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Max = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Tolerance = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? MaxLength = null)
{
    public const string Boolean = "boolean";
    public const string Number = "number";
    public const string Categorical = "categorical";
    public const string Multi = "multi";
    public const string Text = "text";

    private const int MaxOptions = 100;
    private const int MaxOptionLength = 200;
    private const int MaxTextLength = 10_000;

    /// <summary>An answer of a pair, in the form that it is kept in.</summary>
    public const string First = "\"a\"";

    /// <inheritdoc cref="First"/>
    public const string Second = "\"b\"";

    /// <summary>Of a pair: the first output is better, the second is, or neither.</summary>
    public static readonly AnswerType OfPair = new(Categorical, ["a", "b", "tie"]);

    public static AnswerType Parse(string json) => JsonSerializer.Deserialize(json, DatasetsJsonContext.Default.AnswerType)!;

    public string ToJson() => JsonSerializer.Serialize(this, DatasetsJsonContext.Default.AnswerType);

    /// <exception cref="ApiException">A limit is missing, malformed or of another type (400).</exception>
    public void Check()
    {
        string[] allowed = Type switch
        {
            Boolean => [],
            Number => ["min", "max", "tolerance"],
            Categorical => ["options", "ordered"],
            Multi => ["options"],
            Text => ["max_length"],
            _ => throw Bad($"Invalid 'return_type.type': expected {Boolean}, {Number}, {Categorical}, {Multi} or {Text}.", "type"),
        };
        foreach (var (name, given) in new (string, object?)[]
        {
            ("options", Options), ("ordered", Ordered), ("min", Min), ("max", Max), ("tolerance", Tolerance), ("max_length", MaxLength),
        })
        {
            if (given is not null && !allowed.Contains(name))
            {
                throw Bad($"Invalid 'return_type.{name}': it does not belong to type '{Type}'.", name);
            }
        }

        CheckLimits();
    }

    /// <summary>Reads an answer into the one form that equal answers have.</summary>
    /// <exception cref="ApiException">It is none (400).</exception>
    public string Read(JsonElement value) => Type switch
    {
        Boolean when value.ValueKind is JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        Number when value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= (Min ?? double.MinValue) && number <= (Max ?? double.MaxValue) =>
            JsonSerializer.Serialize(number, DatasetsJsonContext.Default.Double),
        Categorical when value.ValueKind == JsonValueKind.String && Options!.Contains(value.GetString()!) => Write(value.GetString()!),
        Multi when value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(one => one.ValueKind == JsonValueKind.String && Options!.Contains(one.GetString()!)) =>
            Write([.. Options!.Intersect(value.EnumerateArray().Select(one => one.GetString()!))]),
        Text when value.ValueKind == JsonValueKind.String && CanonicalJson.IsUnicode(value) && value.GetString()!.Trim() is { Length: > 0 } text
            && text.Length <= (MaxLength ?? MaxTextLength) && !text.Contains('\0', StringComparison.Ordinal) => Write(text),
        _ => throw new ApiException(ApiErrors.BadRequest($"Invalid 'value': expected {Expected}.", "value")),
    };

    /// <summary>What answers agree on; null where they do not. Numbers within the tolerance agree on their mean.</summary>
    public string? Agreed(IReadOnlyList<string> answers)
    {
        if (Type != Number)
        {
            return answers.All(answer => answer == answers[0]) ? answers[0] : null;
        }

        var numbers = answers.Select(NumberOf).OfType<double>().ToList();
        return numbers.Max() - numbers.Min() <= (Tolerance ?? 0) ? JsonSerializer.Serialize(numbers.Average(), DatasetsJsonContext.Default.Double) : null;
    }

    /// <summary>A number as it is, a boolean as 0 or 1; null for the other types.</summary>
    public double? NumberOf(string answer) => Type switch
    {
        Boolean => answer == "true" ? 1 : 0,
        Number => JsonSerializer.Deserialize(answer, DatasetsJsonContext.Default.Double),
        _ => null,
    };

    /// <summary>Types of a metric that labels can land in, the usual one first.</summary>
    public IReadOnlyList<string> FeedbackTypes => Type switch
    {
        Boolean => [FeedbackType.Boolean],
        Number => [FeedbackType.Float],
        Text => [FeedbackType.Comment, FeedbackType.Demonstration],
        Categorical => [FeedbackType.Comment, FeedbackType.Categorical],
        _ => [FeedbackType.Comment],
    };

    /// <summary>A label as a value of feedback: several options are said by their JSON.</summary>
    public JsonElement ToFeedback(string label) => Type == Multi
        ? JsonSerializer.SerializeToElement(label, DatasetsJsonContext.Default.String)
        : JsonElement.Parse(label);

    private string Expected => Type switch
    {
        Boolean => "true or false",
        Number => (Min, Max) switch
        {
            (null, null) => "a number",
            (null, _) => $"a number of at most {Max}",
            (_, null) => $"a number of at least {Min}",
            _ => $"a number from {Min} to {Max}",
        },
        Categorical => $"one of {string.Join(", ", Options!)}",
        Multi => $"a list of some of {string.Join(", ", Options!)}",
        _ => $"text of 1 to {MaxLength ?? MaxTextLength} characters",
    };

    private void CheckLimits()
    {
        if (Type is Categorical or Multi
            && (Options is not { Count: >= 2 and <= MaxOptions } || Options.Any(option => option is not { Length: > 0 and <= MaxOptionLength }) || Options.Distinct().Count() < Options.Count))
        {
            throw Bad($"Invalid 'return_type.options': expected 2 to {MaxOptions} different texts of 1 to {MaxOptionLength} characters.", "options");
        }

        if (Min > Max)
        {
            throw Bad("Invalid 'return_type.min': it is above 'max'.", "min");
        }

        if (Tolerance < 0)
        {
            throw Bad("Invalid 'return_type.tolerance': expected 0 or more.", "tolerance");
        }

        if (MaxLength is < 1 or > MaxTextLength)
        {
            throw Bad($"Invalid 'return_type.max_length': expected an integer from 1 to {MaxTextLength}.", "max_length");
        }
    }

    private static string Write(string text) => JsonSerializer.Serialize(text, DatasetsJsonContext.Default.String);

    private static string Write(string[] texts) => JsonSerializer.Serialize(texts, DatasetsJsonContext.Default.StringArray);

    private static ApiException Bad(string message, string member) => new(ApiErrors.BadRequest(message, $"return_type.{member}"));
}
