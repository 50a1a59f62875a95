using LlmGateway.Gateway.Requests;
using LlmGateway.Gateway.SemanticCaching.Entries;

namespace LlmGateway.Gateway.SemanticCaching.Precision;

/// <param name="Kind">Whether the stored answer was served.</param>
/// <param name="Query">What was looked for.</param>
/// <param name="Question">The question.</param>
/// <param name="Match">The nearest stored question, with its answer.</param>
/// <param name="Operation">What was asked for.</param>
/// <param name="InferenceId">The call.</param>
/// <param name="Request">The request, for asking again; null where there is an answer.</param>
/// <param name="Answer">The question's own answer; null where it must be asked for.</param>
internal sealed record PairToJudge(
    PairKind Kind, SemanticQuery Query, SemanticQuestion Question, SemanticMatch Match, Operation Operation, Guid InferenceId, byte[]? Request, byte[]? Answer)
{
    /// <summary>For the metric.</summary>
    public string KindName => Kind == PairKind.Hit ? "hit" : "near_miss";
}

/// <param name="Same">Whether the stored answer is right for the question; null when that could not be found out.</param>
/// <param name="CostNanoUsd">What finding out cost, as far as that is known.</param>
internal readonly record struct PairVerdict(bool? Same, long CostNanoUsd);
