using LlmGateway.Evaluation.Templates;

namespace LlmGateway.Evaluation.Graders.Scripts;

/// <summary>
/// Ours: <c>javascript</c>, the caller's own <c>grade(sample, item)</c>, run by an interpreter without access to the host. It gives a
/// number, true or false, null to abstain, or <c>{score, passed, reason}</c>.
/// </summary>
internal sealed class JavaScriptGrader : IGrader
{
    public const string Kind = "javascript";
    public const int MaxSourceLength = 50_000;

    private readonly JavaScript _script;
    private readonly double _threshold;

    private JavaScriptGrader(string name, JavaScript script, double threshold) => (Name, _script, _threshold) = (name, script, threshold);

    public string Name { get; }

    public string Type => Kind;

    public bool IsBinary => false;

    public bool CallsModels => false;

    public static JavaScriptGrader Read(JsonFields fields, TemplateScope scope)
    {
        fields.Only("type", "name", "source", "pass_threshold");
        try
        {
            return new JavaScriptGrader(
                fields.GraderName(), JavaScript.Compile(fields.Text("source", MaxSourceLength)), fields.PassThreshold(0.5, -ScriptAnswer.MaxScore, ScriptAnswer.MaxScore));
        }
        catch (ScriptException exception)
        {
            throw JsonFields.Invalid($"'{fields.At("source")}': {exception.Message}", fields.At("source"));
        }
    }

    public Task<Grade> GradeAsync(GradedItem item, CancellationToken cancellationToken)
    {
        try
        {
            return Task.FromResult(ScriptAnswer.Read(_script.Grade(item, cancellationToken), _threshold));
        }
        catch (ScriptException exception)
        {
            return Task.FromResult(Grade.Failed(exception.Message));
        }
    }
}
