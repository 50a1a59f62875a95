namespace LlmGateway.Statistics;

/// <summary>
/// An interval for the difference of two arms' means that may be looked at after every value: the chance that it ever, at any look,
/// leaves the true difference out is at most 1 − level. An experiment that stops when it leaves 0 out is so wrong no oftener than that.
/// </summary>
/// <remarks>
/// The mixture sequential probability ratio test with a normal prior on the effect, turned round to an interval: R. Johari, P. Koomen,
/// L. Pekelis and D. Walsh, Always Valid Inference: Continuous Monitoring of A/B Tests, Operations Research 70 (2022) 1806–1821. It
/// holds where means are about normal, which simulations of it at a base rate of 0.8 show from <see cref="MinValues"/> on.
/// </remarks>
public static class ConfidenceSequence
{
    /// <summary>Values that each arm needs before there is an interval: means of fewer are not normal enough.</summary>
    public const int MinValues = 40;

    /// <summary>The interval of the treatment's mean less the control's.</summary>
    /// <param name="control">What is compared with.</param>
    /// <param name="treatment">What is compared.</param>
    /// <param name="effect">
    /// The difference for which the interval is to be narrowest when it can be told from 0, in the metric's unit, above 0. It changes
    /// how soon a difference is seen, and never how often one is seen that is not there.
    /// </param>
    /// <param name="level">Confidence over all looks together; the default is 0.95.</param>
    /// <returns>Null before each arm has <see cref="MinValues"/>, and while all values are the same.</returns>
    public static Interval? OfDifference(ArmSums control, ArmSums treatment, double effect, double level = 0.95) =>
        MeanDifference.Of(control, treatment) is { } difference ? Of(difference, effect, level) : null;

    /// <summary>The same of a difference that is known already.</summary>
    /// <inheritdoc cref="OfDifference"/>
    public static Interval Of(MeanDifference difference, double effect, double level = 0.95)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(effect);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(level, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(level, 1);
        var (variance, prior) = (difference.Variance, effect * effect);
        var half = Math.Sqrt(variance * (variance + prior) / prior * ((-2 * Math.Log(1 - level)) + Math.Log((variance + prior) / variance)));
        return new Interval(difference.Value - half, difference.Value + half);
    }
}
