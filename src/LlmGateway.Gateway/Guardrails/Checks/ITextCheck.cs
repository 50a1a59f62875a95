using LlmGateway.Service;

namespace LlmGateway.Gateway.Guardrails.Checks;

/// <summary>A check that says something about a text as a whole.</summary>
internal interface ITextCheck
{
    /// <summary>Whether it can say nothing about a part of a text.</summary>
    bool NeedsWhole { get; }

    /// <summary>Checks; what goes wrong on the way is an answer too.</summary>
    /// <exception cref="OperationCanceledException">The caller went away.</exception>
    Task<CheckAnswer> CheckAsync(string text, CheckedCall call, CancellationToken cancellationToken);
}

/// <summary>What a check knows of the call.</summary>
/// <param name="Stage">Input or output.</param>
/// <param name="Caller">Whose call it is.</param>
/// <param name="Model">The model's name as the caller wrote it.</param>
/// <param name="InferenceId">The call; null when a guardrail is only tried.</param>
/// <param name="Guardrail">The guardrail that checks.</param>
internal sealed record CheckedCall(GuardrailStage Stage, Caller Caller, string? Model, Guid? InferenceId, string Guardrail)
{
    /// <summary>The stage on the wire.</summary>
    public string StageName => Stage == GuardrailStage.Input ? "input" : "output";
}

/// <summary>What a check says.</summary>
/// <param name="Passed">Whether it found nothing.</param>
/// <param name="Reason">What it found, without the text itself; null when it found nothing.</param>
/// <param name="Text">The text to take instead; null for no change.</param>
/// <param name="Error">Why there is no verdict, in one word; null when there is one.</param>
internal readonly record struct CheckAnswer(bool Passed, string? Reason = null, string? Text = null, string? Error = null)
{
    public static readonly CheckAnswer Pass = new(true);

    public static CheckAnswer Found(string reason) => new(false, reason);

    public static CheckAnswer Failed(string error) => new(false, Error: error);
}
