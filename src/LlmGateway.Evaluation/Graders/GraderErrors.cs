using LlmGateway.Evaluation.Graders.Scripts;
using LlmGateway.Evaluation.Judges;
using LlmGateway.Evaluation.Templates;

namespace LlmGateway.Evaluation.Graders;

/// <summary>OpenAI's flags of what went wrong with a grader's run. A malformed grader is refused before it runs.</summary>
internal sealed record GraderErrors
{
    public bool FormulaParseError { get; init; }

    public bool SampleParseError { get; init; }

    public bool TruncatedObservationError { get; init; }

    public bool UnresponsiveRewardError { get; init; }

    public bool InvalidVariableError { get; init; }

    public bool OtherError { get; init; }

    public bool PythonGraderServerError { get; init; }

    public string? PythonGraderServerErrorType { get; init; }

    public bool PythonGraderRuntimeError { get; init; }

    public string? PythonGraderRuntimeErrorDetails { get; init; }

    public bool ModelGraderServerError { get; init; }

    public bool ModelGraderRefusalError { get; init; }

    public bool ModelGraderParseError { get; init; }

    public string? ModelGraderServerErrorDetails { get; init; }

    /// <param name="grader">What was run.</param>
    /// <param name="grade">What it said.</param>
    /// <param name="exception">What it threw; null for nothing.</param>
    public static GraderErrors Of(IGrader grader, Grade grade, Exception? exception) => exception switch
    {
        TemplateException { IsOfOutput: true } => new GraderErrors { SampleParseError = true },
        TemplateException => new GraderErrors { InvalidVariableError = true },
        _ => grade.Parts.FirstOrDefault(part => part.Grade.Error is not null) is { } failed ? Of(failed.Grader, failed.Grade) : Of(grader, grade),
    };

    private static GraderErrors Of(IGrader grader, Grade grade) => grade switch
    {
        { Error: null } => new GraderErrors(),
        { ModelErrorCode: JudgeSession.Unreadable } => new GraderErrors { ModelGraderParseError = true },
        { ModelErrorCode: not null } => new GraderErrors { ModelGraderServerError = true, ModelGraderServerErrorDetails = grade.Error },
        _ when grader is PythonGrader => new GraderErrors { PythonGraderRuntimeError = true, PythonGraderRuntimeErrorDetails = grade.Error },
        _ => new GraderErrors { OtherError = true },
    };
}
