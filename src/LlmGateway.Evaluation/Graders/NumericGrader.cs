using System.Globalization;
using System.Text.Json;
using LlmGateway.Evaluation.Templates;
using LlmGateway.Text.Metrics;

namespace LlmGateway.Evaluation.Graders;

/// <summary>
/// Ours: <c>numeric</c>, whether a number of the input is the reference's, within the larger of an absolute and a relative tolerance.
/// <see cref="NumericAnswer"/> says what a number is.
/// </summary>
internal sealed class NumericGrader : IGrader
{
    public const string Kind = "numeric";
    private const double MaxTolerance = 1e300;

    private readonly Template _input;
    private readonly Template _reference;
    private readonly double _absolute;
    private readonly double _relative;
    private readonly Func<string, double?> _take;

    private NumericGrader(string name, Template input, Template reference, double absolute, double relative, Func<string, double?> take) =>
        (Name, _input, _reference, _absolute, _relative, _take) = (name, input, reference, absolute, relative, take);

    public string Name { get; }

    public string Type => Kind;

    public bool IsBinary => true;

    public bool CallsModels => false;

    public static NumericGrader Read(JsonFields fields, TemplateScope scope)
    {
        fields.Only("type", "name", "input", "reference", "absolute_tolerance", "relative_tolerance", "take");
        var first = fields.Find("take") is not null && fields.Choice("take", "last", "first") == "first";
        return new NumericGrader(
            fields.GraderName(),
            fields.TemplateOrOutput("input", scope),
            ReadReference(fields, scope),
            fields.FindNumber("absolute_tolerance", 0, MaxTolerance) ?? 0,
            fields.FindNumber("relative_tolerance", 0, 1) ?? 0,
            first ? NumericAnswer.First : NumericAnswer.Last);
    }

    public Task<Grade> GradeAsync(GradedItem item, CancellationToken cancellationToken) =>
        Task.FromResult(Judge(_take(_input.Render(item.Values)), NumericAnswer.Last(_reference.Render(item.Values))));

    private Grade Judge(double? said, double? wanted)
    {
        if (wanted is not { } reference)
        {
            return Grade.Failed("The reference has no number.");
        }

        if (said is not { } number)
        {
            return Grade.Binary(false, "The input has no number.");
        }

        var tolerance = Math.Max(_absolute, _relative * Math.Abs(reference));
        return Grade.Binary(Math.Abs(number - reference) <= tolerance, string.Create(CultureInfo.InvariantCulture, $"{number}, where {reference} is wanted"));
    }

    /// <summary>A number may stand there as one.</summary>
    private static Template ReadReference(JsonFields fields, TemplateScope scope) => fields.Value("reference").ValueKind == JsonValueKind.Number
        ? scope.Parse(fields.Value("reference").GetRawText(), fields.At("reference"))
        : fields.Template("reference", scope);
}
