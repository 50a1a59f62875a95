using System.Text.RegularExpressions;
using LlmGateway.Evaluation.Templates;

namespace LlmGateway.Evaluation.Graders;

/// <summary>
/// Ours: <c>regex</c>, whether a pattern occurs in the input. Patterns are matched without backtracking, in time proportional to the
/// text, so that none can hold a worker; what needs backtracking (lookarounds, backreferences) is refused.
/// </summary>
internal sealed class RegexGrader : IGrader
{
    public const string Kind = "regex";
    private const int MaxPatternLength = 1000;

    /// <summary>A pattern with large counts is slow to a constant factor.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);

    private readonly Template _input;
    private readonly Regex _pattern;
    private readonly bool _mustMatch;

    private RegexGrader(string name, Template input, Regex pattern, bool mustMatch) =>
        (Name, _input, _pattern, _mustMatch) = (name, input, pattern, mustMatch);

    public string Name { get; }

    public string Type => Kind;

    public bool IsBinary => true;

    public bool CallsModels => false;

    public static RegexGrader Read(JsonFields fields, TemplateScope scope)
    {
        fields.Only("type", "name", "input", "pattern", "operation", "ignore_case");
        var mustMatch = fields.Find("operation") is null || fields.Choice("operation", "match", "not_match") == "match";
        return new RegexGrader(fields.GraderName(), fields.TemplateOrOutput("input", scope), ReadPattern(fields), mustMatch);
    }

    public Task<Grade> GradeAsync(GradedItem item, CancellationToken cancellationToken)
    {
        try
        {
            return Task.FromResult(Grade.Binary(_pattern.IsMatch(_input.Render(item.Values)) == _mustMatch));
        }
        catch (RegexMatchTimeoutException)
        {
            return Task.FromResult(Grade.Failed($"The pattern took more than {Timeout.TotalSeconds:0} s."));
        }
    }

    private static Regex ReadPattern(JsonFields fields)
    {
        var options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | (fields.FindBoolean("ignore_case", false) ? RegexOptions.IgnoreCase : RegexOptions.None);
        try
        {
            return new Regex(fields.Text("pattern", MaxPatternLength), options, Timeout);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            throw JsonFields.Invalid($"'{fields.At("pattern")}' cannot be used: {exception.Message}", fields.At("pattern"));
        }
    }
}
