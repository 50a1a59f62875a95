using LlmGateway.Contracts.Gateway;

namespace LlmGateway.Gateway.Guardrails;

/// <summary>What a guardrail did.</summary>
internal enum Verdict
{
    /// <summary>It found nothing.</summary>
    Passed,

    /// <summary>It could not be checked, and lets such calls pass.</summary>
    Unchecked,

    /// <summary>It found something and noted it.</summary>
    Flagged,

    /// <summary>It found something and replaced it.</summary>
    Masked,

    /// <summary>It stopped the request or the answer.</summary>
    Blocked,
}

/// <summary>What one call's guardrails did: the gravest verdict of each, which becomes a score of the call's record.</summary>
internal sealed class GuardrailVerdicts(GuardrailMetrics metrics, GuardrailStage stage)
{
    private const int MaxReasonLength = 256;
    private readonly Dictionary<string, (Verdict Verdict, string? Reason)> _worst = new(StringComparer.Ordinal);

    /// <summary>Texts that are changed by other programs are so at once.</summary>
    private readonly Lock _noting = new();

    /// <summary>Whether what the caller gets is other than what the model wrote.</summary>
    public bool ChangedText { get; private set; }

    /// <summary>The gravest verdict on a guardrail so far, with its reason.</summary>
    public (Verdict Verdict, string? Reason) Of(CompiledGuardrail guardrail) => _worst.GetValueOrDefault(guardrail.Name);

    /// <summary>Notes what a guardrail said of a text.</summary>
    /// <param name="guardrail">Which.</param>
    /// <param name="verdict">What it said.</param>
    /// <param name="reason">Why, without any of the text.</param>
    /// <param name="took">How long its check took.</param>
    /// <param name="error">Why it could not be checked; null when it was.</param>
    public void Note(CompiledGuardrail guardrail, Verdict verdict, string? reason, TimeSpan took, string? error = null)
    {
        metrics.Record(guardrail, stage, verdict, took, error);
        lock (_noting)
        {
            ChangedText |= verdict is Verdict.Masked or Verdict.Blocked;
            if (!_worst.TryGetValue(guardrail.Name, out var known) || verdict > known.Verdict)
            {
                _worst[guardrail.Name] = (verdict, reason is { Length: > MaxReasonLength } ? reason[..MaxReasonLength] : reason);
            }
        }
    }

    /// <summary>A guardrail that could not be checked.</summary>
    /// <returns>Whether it blocks for that.</returns>
    public bool NoteError(CompiledGuardrail guardrail, string error, TimeSpan took)
    {
        var blocks = guardrail.Definition.OnError == GuardrailFailure.Block;
        Note(guardrail, blocks ? Verdict.Blocked : Verdict.Unchecked, $"Could not be checked: {error}.", took, error);
        return blocks;
    }

    /// <summary>Adds the scores to the call's; where the other stage has one of the same guardrail, the graver stays.</summary>
    public void Publish(InferenceCall call)
    {
        foreach (var (name, (verdict, reason)) in _worst)
        {
            var score = new InferenceScore(
                $"guardrail.{name}", verdict == Verdict.Passed ? 1 : 0, verdict == Verdict.Unchecked ? null : verdict == Verdict.Passed, reason);
            var known = call.Scores.FindIndex(other => other.Name == score.Name);
            if (known < 0)
            {
                call.Scores.Add(score);
            }
            else if (call.Scores[known].Passed == true || verdict == Verdict.Blocked)
            {
                call.Scores[known] = score;
            }
        }

        _worst.Clear();
    }
}
