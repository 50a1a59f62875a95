namespace LlmGateway.Evaluation.Insights;

/// <summary>Why an item failed, on one of the two axes of optimisation: what the model needs to know, and how it needs to act.</summary>
internal static class FailureLabel
{
    /// <summary>What answers it was not in the prompt.</summary>
    public const string ContextMissing = "context-missing";

    /// <summary>What answers it was in the prompt, and what else was there hid it.</summary>
    public const string ContextNoise = "context-noise";

    /// <summary>The answer has not the form that is asked for.</summary>
    public const string BehaviourFormat = "behaviour-format";

    /// <summary>The model knows what it needs and does not do what it should.</summary>
    public const string BehaviourReasoning = "behaviour-reasoning";

    /// <summary>The answer is right; the reference or the grader is not.</summary>
    public const string LabelOrGrader = "label-or-grader";

    /// <summary>Asked once more, it passed: chance decides.</summary>
    public const string Unstable = "unstable";

    /// <summary>Nothing that was measured tells.</summary>
    public const string Unexplained = "unexplained";

    public static readonly string[] All =
        [ContextMissing, ContextNoise, BehaviourFormat, BehaviourReasoning, LabelOrGrader, Unstable, Unexplained];

    /// <summary>The axis on which a remedy lies; <c>data</c> for neither, null for what has no remedy yet.</summary>
    public static string? AxisOf(string label) => label switch
    {
        ContextMissing or ContextNoise => Axis.Context,
        BehaviourFormat or BehaviourReasoning => Axis.Behaviour,
        LabelOrGrader => Axis.Data,
        _ => null,
    };
}

/// <summary>Where techniques act.</summary>
internal static class Axis
{
    public const string Context = "context";
    public const string Behaviour = "behaviour";
    public const string Data = "data";
}
