namespace LlmGateway.Statistics;

/// <summary>The binomial distribution, in logarithms, so that no term is lost however many trials there are.</summary>
public static class Binomial
{
    /// <summary>ln n!; absolute error below 1e-15 times its value.</summary>
    public static double LogFactorial(int n)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        return LogGamma.Of(n + 1.0);
    }

    /// <summary>ln of the probability of exactly <paramref name="k"/> successes in <paramref name="n"/> trials.</summary>
    /// <param name="k">From 0 to <paramref name="n"/>.</param>
    /// <param name="n">Trials.</param>
    /// <param name="p">Probability of a success, strictly between 0 and 1.</param>
    public static double LogProbability(int k, int n, double p = 0.5)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(k);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(k, n);
        return LogFactorial(n) - LogFactorial(k) - LogFactorial(n - k) + (k * Math.Log(p)) + ((n - k) * Math.Log(1 - p));
    }

    /// <summary>
    /// The probability of at most <paramref name="k"/> successes; relative error below 1e-9 up to 100,000 trials. Terms are
    /// summed downwards from k, each in proportion to the one before, until they no longer count.
    /// </summary>
    /// <inheritdoc cref="LogProbability"/>
    public static double LowerTail(int k, int n, double p = 0.5)
    {
        if (k >= n)
        {
            return 1;
        }

        // The sum must begin at its largest term.
        if (k > n * p)
        {
            return 1 - LowerTail(n - k - 1, n, 1 - p);
        }

        var odds = (1 - p) / p;
        var (sum, term) = (1.0, 1.0);
        for (var count = k; count > 0 && term > sum * 1e-17; count--)
        {
            term *= count * odds / (n - count + 1);
            sum += term;
        }

        return Math.Min(1, sum * Math.Exp(LogProbability(k, n, p)));
    }
}
