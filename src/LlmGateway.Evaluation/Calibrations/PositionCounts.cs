using System.Text.Json;
using LlmGateway.Evaluation.Judges.Kinds;
using LlmGateway.Evaluation.Runs;

namespace LlmGateway.Evaluation.Calibrations;

/// <summary>Where a pairwise judge's winners stood.</summary>
/// <param name="Outputs">Those that it judged.</param>
/// <param name="Judgements">Judgements that chose a side, two for an output.</param>
/// <param name="FirstWins">Those that chose what stood first.</param>
/// <param name="Inconsistent">Outputs on which the two orders contradict each other.</param>
internal readonly record struct PositionCounts(int Outputs, int Judgements, int FirstWins, int Inconsistent)
{
    /// <summary>None for graders that do not compare.</summary>
    public static PositionCounts Of(ItemResult result) =>
        result is { Type: Pairwise.Kind, Details: { } json } && json.Deserialize(EvaluationJson.TypeInfo<PairwiseDetails>()) is { } details
            ? new PositionCounts(1, details.Decided, details.FirstPositionWins, details.Consistent ? 0 : 1)
            : default;

    public PositionCounts Plus(PositionCounts other) =>
        new(Outputs + other.Outputs, Judgements + other.Judgements, FirstWins + other.FirstWins, Inconsistent + other.Inconsistent);
}
