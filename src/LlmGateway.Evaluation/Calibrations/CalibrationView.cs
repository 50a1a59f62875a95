using System.Text.Json;

namespace LlmGateway.Evaluation.Calibrations;

/// <summary>
/// A testing criterion measured against people on the same outputs. Passing is the positive class. Intervals are of 95 %; what
/// cannot be known is null.
/// </summary>
/// <param name="Id">Begins with <c>evalcal_</c>.</param>
/// <param name="Object"><c>eval.calibration</c>.</param>
/// <param name="EvalId">The eval.</param>
/// <param name="RunId">The run whose results were compared with people's.</param>
/// <param name="TestingCriterion">The criterion's name.</param>
/// <param name="Version">The judge's version; null for a criterion that is no judge.</param>
/// <param name="CreatedAt">Unix seconds.</param>
/// <param name="Human">Where people's labels came from, as it was given.</param>
/// <param name="N">Outputs that both judged.</param>
/// <param name="LeftOut">Outputs that not both did, and why.</param>
/// <param name="Confusion">The outputs by both judgements.</param>
/// <param name="Kappa">Cohen's kappa; null where either side gave all outputs one label, as agreement is then no more than chance.</param>
/// <param name="Accuracy">The share judged alike, with Wilson's interval.</param>
/// <param name="TruePositiveRate">Of what people passed, the share that the criterion passed, with Wilson's interval.</param>
/// <param name="TrueNegativeRate">Of what people failed, the share that it failed, with Wilson's interval.</param>
/// <param name="PassRate">What the criterion says of all that it judged in the run, and what that is worth.</param>
/// <param name="LengthBias">
/// Spearman's correlation of the criterion's error (1 passed what people failed, −1 failed what they passed, else 0) with the
/// output's length in characters: above 0 it favours long outputs.
/// </param>
/// <param name="PositionBias">For a pairwise judge; null for others.</param>
/// <param name="Floor">The least kappa of a judge that may be a gate.</param>
/// <param name="UsableAsGate">Whether kappa is known and at least the floor.</param>
internal sealed record CalibrationView(
    string Id,
    string Object,
    string EvalId,
    string RunId,
    string TestingCriterion,
    string? Version,
    long CreatedAt,
    JsonElement Human,
    int N,
    LeftOutOutputs LeftOut,
    Confusion Confusion,
    Figure Kappa,
    Figure Accuracy,
    Figure TruePositiveRate,
    Figure TrueNegativeRate,
    PassRate PassRate,
    Figure LengthBias,
    PositionBias? PositionBias,
    double Floor,
    bool UsableAsGate);

/// <summary>A figure with its interval; null where there is none.</summary>
internal sealed record Figure(double? Value, double? Low, double? High)
{
    public static readonly Figure Unknown = new(null, null, null);
}

/// <summary>Outputs without a pair of judgements. Errors and abstentions are the criterion's.</summary>
internal sealed record LeftOutOutputs(int Unlabelled, int Errored, int Abstained);

/// <summary>Outputs by what the criterion said, and whether people said the same.</summary>
internal sealed record Confusion(int TruePositive, int FalsePositive, int FalseNegative, int TrueNegative);

/// <summary>The share that the criterion passed.</summary>
/// <param name="Judged">Outputs of the run that it judged, with a label or without.</param>
/// <param name="Raw">As it says, with Wilson's interval.</param>
/// <param name="Corrected">Less its errors, by Rogan and Gladen, with Lang and Reiczigel's interval; unknown where it tells good from bad no better than a coin.</param>
internal sealed record PassRate(int Judged, Figure Raw, Figure Corrected);

/// <summary>Whether a pairwise judge favours what it reads first.</summary>
/// <param name="Judgements">Those that chose a side; two for an output, one in each order.</param>
/// <param name="FirstWins">The share of them that chose what stood first, with Wilson's interval: a half where the place does not matter.</param>
/// <param name="Inconsistent">Outputs on which the two orders contradict each other.</param>
internal sealed record PositionBias(int Judgements, Figure FirstWins, int Inconsistent);
