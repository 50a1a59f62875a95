namespace LlmGateway.Statistics;

/// <summary>
/// The true share of positives behind what an imperfect test found: W. J. Rogan and B. Gladen, Estimating prevalence from the
/// results of a screening test, American Journal of Epidemiology 107 (1978) 71–76. The test's errors are known from items whose
/// truth is known.
/// </summary>
/// <param name="Value">From 0 to 1.</param>
/// <param name="Interval">
/// Z. Lang and J. Reiczigel, Confidence limits for prevalence of disease adjusted for estimated sensitivity and specificity,
/// Preventive Veterinary Medicine 113 (2014) 13–22; from 0 to 1. It supposes that the three shares come from independent samples.
/// </param>
public readonly record struct RoganGladen(double Value, Interval Interval)
{
    /// <summary>Null where the test tells nothing: no positives or no negatives to know its errors from, or both rates sum up to 1 or less.</summary>
    /// <param name="found">Items that the test called positive, of those whose share is asked for.</param>
    /// <param name="truePositives">Items called positive, of those known to be positive.</param>
    /// <param name="trueNegatives">Items called negative, of those known to be negative.</param>
    /// <param name="level">Confidence; the default is 0.95.</param>
    public static RoganGladen? Correct(Tally found, Tally truePositives, Tally trueNegatives, double level = 0.95)
    {
        if (found.Total == 0 || truePositives.Total == 0 || trueNegatives.Total == 0)
        {
            return null;
        }

        var youden = truePositives.Share + trueNegatives.Share - 1;
        return youden <= 0
            ? null
            : new RoganGladen(Math.Clamp((found.Share + trueNegatives.Share - 1) / youden, 0, 1), Adjusted(found, truePositives, trueNegatives, Confidence.Z(level)));
    }

    /// <summary>Each share is drawn towards a half, as by Agresti and Coull, and the centre shifted for the skew of the correction.</summary>
    private static Interval Adjusted(Tally found, Tally truePositives, Tally trueNegatives, double z)
    {
        var square = z * z;
        var (positive, weight) = ((found.Count + (square / 2)) / (found.Total + square), found.Total + square);
        var (sensitivity, positives) = ((truePositives.Count + 1.0) / (truePositives.Total + 2), truePositives.Total + 2.0);
        var (specificity, negatives) = ((trueNegatives.Count + 1.0) / (trueNegatives.Total + 2), trueNegatives.Total + 2.0);
        var youden = sensitivity + specificity - 1;
        if (youden <= 0)
        {
            return new Interval(0, 1);
        }

        var share = (positive + specificity - 1) / youden;
        var (missed, mistaken) = (sensitivity * (1 - sensitivity) / positives, specificity * (1 - specificity) / negatives);
        var shift = 2 * square * ((share * missed) - ((1 - share) * mistaken));
        var variance = (positive * (1 - positive) / weight) + (share * share * missed) + ((1 - share) * (1 - share) * mistaken);
        var half = z * Math.Sqrt(variance) / youden;
        return new Interval(Math.Clamp(share + shift - half, 0, 1), Math.Clamp(share + shift + half, 0, 1));
    }
}

/// <summary>How many of a number of items have a property.</summary>
/// <param name="Count">From 0 to <paramref name="Total"/>.</param>
/// <param name="Total">All items.</param>
public readonly record struct Tally(int Count, int Total)
{
    /// <summary>Not a number for no items.</summary>
    public double Share => (double)Count / Total;
}
