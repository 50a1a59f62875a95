using LlmGateway.Evaluation.Templates;

namespace LlmGateway.Evaluation.Graders.Scripts;

/// <summary>
/// OpenAI's <c>python</c>: the caller's own <c>grade(sample, item)</c>, run by the interpreter that an operator configured
/// (<see cref="PythonOptions"/>); refused where there is none. An image's tag is taken and passed over: the interpreter is the operator's.
/// </summary>
internal sealed class PythonGrader : IGrader
{
    public const string Kind = "python";

    private readonly PythonProcess _process;
    private readonly string _source;
    private readonly double _threshold;

    private PythonGrader(string name, PythonProcess process, string source, double threshold) =>
        (Name, _process, _source, _threshold) = (name, process, source, threshold);

    public string Name { get; }

    public string Type => Kind;

    public bool IsBinary => false;

    public bool CallsModels => false;

    public static PythonGrader Read(JsonFields fields, TemplateScope scope, PythonOptions options)
    {
        fields.Only("type", "name", "source", "image_tag", "pass_threshold");
        fields.FindText("image_tag", 100);
        return options.Command.Count == 0
            ? throw JsonFields.Invalid(
                "Python graders need an interpreter in a sandbox, which this server has not: its operator sets Evaluation:Python:Command. A 'javascript' grader needs none.", fields.At("type"))
            : new PythonGrader(
                fields.GraderName(),
                new PythonProcess(options),
                fields.Text("source", JavaScriptGrader.MaxSourceLength),
                fields.PassThreshold(0.5, -ScriptAnswer.MaxScore, ScriptAnswer.MaxScore));
    }

    public async Task<Grade> GradeAsync(GradedItem item, CancellationToken cancellationToken)
    {
        try
        {
            return ScriptAnswer.Read(await _process.GradeAsync(_source, item, cancellationToken), _threshold);
        }
        catch (ScriptException exception)
        {
            return Grade.Failed(exception.Message);
        }
    }
}
