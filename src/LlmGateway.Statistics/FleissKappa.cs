namespace LlmGateway.Statistics;

/// <summary>
/// How far several raters agree beyond chance: J. L. Fleiss, Measuring nominal scale agreement among many raters, Psychological
/// Bulletin 76 (1971) 378–382.
/// </summary>
public static class FleissKappa
{
    /// <summary>
    /// 1 for full agreement, 0 for what chance gives. Null where items have different numbers of ratings or fewer than two, and
    /// where chance alone gives full agreement.
    /// </summary>
    public static double? Of(Ratings ratings)
    {
        var raters = ratings.Items.Count == 0 ? 0 : ratings.Items[0].Length;
        if (raters < 2 || ratings.Items.Any(item => item.Length != raters))
        {
            return null;
        }

        var observed = ratings.PercentAgreement()!.Value;
        var shares = new double[ratings.Categories];
        foreach (var category in ratings.Items.SelectMany(item => item))
        {
            shares[category] += 1.0 / (ratings.Items.Count * raters);
        }

        var chance = shares.Sum(share => share * share);
        return 1 - chance < 1e-12 ? null : (observed - chance) / (1 - chance);
    }
}
