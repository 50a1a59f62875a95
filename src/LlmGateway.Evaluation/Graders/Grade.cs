using System.Text.Json;
using LlmGateway.Evaluation.Models;

namespace LlmGateway.Evaluation.Graders;

/// <summary>A grader's judgement: a score, or an abstention, or an error. Never two of them.</summary>
internal sealed record Grade
{
    private Grade()
    {
    }

    /// <summary>Null for an abstention and for an error.</summary>
    public double? Score { get; private init; }

    /// <summary>Null exactly when <see cref="Score"/> is.</summary>
    public bool? Passed { get; private init; }

    /// <summary>Why: a judge's words, a schema's violations. Null when there is nothing to say.</summary>
    public string? Reason { get; private init; }

    /// <summary>What went wrong; null unless this is an error.</summary>
    public string? Error { get; private init; }

    /// <summary>The code of a model's error; null for other errors.</summary>
    public string? ModelErrorCode { get; private init; }

    /// <summary>What stands behind the score, such as each claim's verdict; JSON of the grader's own form. Null for none.</summary>
    public JsonElement? Details { get; init; }

    /// <summary>What a grader that is a model used; null for others.</summary>
    public ModelUsage? Usage { get; init; }

    /// <summary>What a classification saw; null for others. A run's totals make their confusion matrix of these.</summary>
    public LabelPair? Labels { get; init; }

    /// <summary>What the graders of a grader of graders said, in their order; empty for others.</summary>
    public IReadOnlyList<GradePart> Parts { get; init; } = [];

    /// <summary>What this and its parts used, a model at a time.</summary>
    public IEnumerable<ModelUsage> Usages => Parts.SelectMany(part => part.Grade.Usages).Prepend(Usage).OfType<ModelUsage>();

    /// <param name="score">A finite number; anything else becomes an error.</param>
    /// <param name="passed">Whether that is enough.</param>
    /// <param name="reason">Why.</param>
    public static Grade Scored(double score, bool passed, string? reason = null) => double.IsFinite(score)
        ? new Grade { Score = score, Passed = passed, Reason = reason }
        : Failed("The score is not a number.");

    /// <summary>1 for a pass, else 0.</summary>
    public static Grade Binary(bool passed, string? reason = null) => Scored(passed ? 1 : 0, passed, reason);

    public static Grade Abstained(string? reason) => new() { Reason = reason };

    public static Grade Failed(string error) => new() { Error = error };

    public static Grade Failed(ModelException exception) => new() { Error = exception.Message, ModelErrorCode = exception.Code };
}

/// <summary>An item's class, and the one that was predicted.</summary>
/// <param name="Actual">One of the criterion's labels.</param>
/// <param name="Predicted">One of them too; null for what is none of them.</param>
internal sealed record LabelPair(string Actual, string? Predicted);

/// <summary>What one grader of a grader of graders said.</summary>
/// <param name="Name">Its name in there.</param>
/// <param name="Grader">The grader.</param>
/// <param name="Grade">Its judgement.</param>
internal sealed record GradePart(string Name, IGrader Grader, Grade Grade);
