namespace LlmGateway.Evaluation.Models;

/// <summary>What a model answered through the gateway.</summary>
/// <param name="Content">What it says.</param>
/// <param name="Usage">What it used.</param>
/// <param name="InferenceId">The call in the inference log; null if the gateway did not say.</param>
/// <param name="CostUsd">Its price; null if unknown.</param>
/// <param name="LatencyMs">From the last try's start to its end.</param>
internal sealed record ModelAnswer(
    AnswerContent Content, ModelUsage Usage, string? InferenceId, decimal? CostUsd, double LatencyMs)
{
    public string Text => Content.Text;
}

/// <summary>A message that is text.</summary>
internal sealed record ChatText(string Role, string Content);

/// <summary>A model's call failed for good.</summary>
/// <param name="code">The provider's code or ours.</param>
/// <param name="message">What to tell.</param>
internal sealed class ModelException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}
