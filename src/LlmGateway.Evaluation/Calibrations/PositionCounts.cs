using System.Text.Json;

namespace LlmGateway.Evaluation.Calibrations;

/// <summary>Where a pairwise judge's winners stood.</summary>
/// <param name="Outputs">Those that it judged.</param>
/// <param name="Judgements">Judgements that chose a side, two for an output.</param>
/// <param name="FirstWins">Those that chose what stood first.</param>
/// <param name="Inconsistent">Outputs on which the two orders contradict each other.</param>
internal readonly record struct PositionCounts(int Outputs, int Judgements, int FirstWins, int Inconsistent)
{
    /// <summary>Reads a pairwise judge's details; other graders' hold none of them.</summary>
    public static PositionCounts Of(JsonElement? details) =>
        details is { ValueKind: JsonValueKind.Object } known && known.TryGetProperty("orders", out _)
            ? new PositionCounts(
                1, known.GetProperty("decided").GetInt32(), known.GetProperty("first_position_wins").GetInt32(), known.GetProperty("consistent").GetBoolean() ? 0 : 1)
            : default;

    public PositionCounts Plus(PositionCounts other) =>
        new(Outputs + other.Outputs, Judgements + other.Judgements, FirstWins + other.FirstWins, Inconsistent + other.Inconsistent);
}
