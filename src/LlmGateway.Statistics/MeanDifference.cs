namespace LlmGateway.Statistics;

/// <summary>What the mean of a treatment is more than the control's, with the variance of that estimate.</summary>
/// <param name="Value">In the metric's unit.</param>
/// <param name="Variance">Above 0.</param>
public readonly record struct MeanDifference(double Value, double Variance)
{
    /// <summary>
    /// Values by which the spread of an arm is drawn to that of both: of a share, some forty successes alone would else say that there
    /// is no spread at all.
    /// </summary>
    private const double SharedValues = 60;

    /// <returns>Null before each arm has <see cref="ConfidenceSequence.MinValues"/>, and while all values are the same.</returns>
    public static MeanDifference? Of(ArmSums control, ArmSums treatment)
    {
        if (control.Count < ConfidenceSequence.MinValues || treatment.Count < ConfidenceSequence.MinValues)
        {
            return null;
        }

        var within = control.WithinSquares + treatment.WithinSquares;
        // Arms of one value each that differ, as where all calls of one fail, are spread as far as they are apart.
        var shared = within > 0
            ? within / (control.Count + treatment.Count - 2)
            : control.Plus(treatment).WithinSquares / (control.Count + treatment.Count - 1);
        return shared <= 0
            ? null
            : new MeanDifference(treatment.Mean - control.Mean, VarianceOfMean(control, shared) + VarianceOfMean(treatment, shared));
    }

    /// <summary>
    /// Several stages' differences as one: each counts by its precision. No stage's control is compared with another's treatment, so that
    /// what time did is not taken for the treatment's doing where shares changed meanwhile (Simpson's paradox).
    /// </summary>
    /// <remarks>
    /// The sum of d/v over stages, less the true difference times the sum of 1/v, is a martingale whose variance is that sum, also where
    /// earlier stages decided on the shares of later ones: a confidence sequence of it holds as one of a single stage does.
    /// </remarks>
    /// <returns>Null for none.</returns>
    public static MeanDifference? Pooled(IEnumerable<MeanDifference> stages)
    {
        var (score, information) = (0.0, 0.0);
        foreach (var stage in stages)
        {
            score += stage.Value / stage.Variance;
            information += 1 / stage.Variance;
        }

        return information > 0 ? new MeanDifference(score / information, 1 / information) : null;
    }

    private static double VarianceOfMean(ArmSums arm, double shared) =>
        (arm.WithinSquares + (SharedValues * shared)) / (arm.Count - 1 + SharedValues) / arm.Count;
}
