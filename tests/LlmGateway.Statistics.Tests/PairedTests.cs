namespace LlmGateway.Statistics.Tests;

/// <summary>Two on the same items, against published worked examples and the recorded models of GSM8K.</summary>
public sealed class PairedTests
{
    /// <summary>
    /// Newcombe and Altman in Statistics with Confidence (2nd ed. 2000) p. 52; Newcombe 1998 table III; Fagerland et al. 2014 on
    /// Bentur et al. 2009; Armitage and Berry's two media as StatsDirect computes them. The source takes the first less the
    /// second: their columns are exchanged here.
    /// </summary>
    [Theory]
    [InlineData(14, 5, 0, 22, 0.0115, 0.2265)]
    [InlineData(36, 12, 2, 0, 0.0569, 0.3404)]
    [InlineData(1, 1, 7, 12, -0.5069, -0.0256)]
    [InlineData(20, 12, 2, 16, 0.056156, 0.329207)]
    public void Newcombes_interval_is_that_of_the_sources(int both, int onlyA, int onlyB, int neither, double low, double high)
    {
        var interval = PairedDifference.Newcombe(new PairedCounts(both, onlyB, onlyA, neither));
        Assert.Equal(low, interval.Low, 0.00005);
        Assert.Equal(high, interval.High, 0.00005);
    }

    /// <summary>Fagerland, Lydersen and Laake 2013: .070 exact and .039 mid-p; the second from Armitage and Berry: .0129.</summary>
    [Theory]
    [InlineData(1, 7, 0.0703125, 0.0390625)]
    [InlineData(12, 2, 0.012939453125, 0.0073852539)]
    [InlineData(5, 5, 1, 1)]
    [InlineData(0, 0, 1, 1)]
    public void McNemars_test_is_that_of_the_sources(int onlyFirst, int onlySecond, double exact, double mid)
    {
        var counts = new PairedCounts(10, onlyFirst, onlySecond, 10);
        Assert.Equal(exact, McNemar.Exact(counts), 1e-10);
        Assert.Equal(mid, McNemar.MidP(counts), 1e-9);
    }

    [Fact]
    public void GSM8K_six_billion_verification_against_large_fine_tuned()
    {
        var counts = new PairedCounts(306, 209, 152, 652);
        Assert.Equal((1319, 515, 458), (counts.Total, counts.FirstPassed, counts.SecondPassed));
        Assert.Equal(0.00315, McNemar.Exact(counts), 0.000005);
    }

    [Theory]
    [InlineData(286, 0.1954, 0.2399)]
    [InlineData(515, 0.3645, 0.4171)]
    [InlineData(458, 0.3220, 0.3733)]
    [InlineData(742, 0.5356, 0.5891)]
    public void GSM8K_accuracies_have_Wilsons_intervals(int correct, double low, double high)
    {
        var interval = Proportion.Wilson(correct, 1319);
        Assert.Equal(low, interval.Low, 0.00005);
        Assert.Equal(high, interval.High, 0.00005);
    }

    /// <summary>Newcombe 1998, Statistics in Medicine 17, 857–872, table I, method 3.</summary>
    [Theory]
    [InlineData(81, 263, 0.2553, 0.3662)]
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(0, 20, 0, 0.1611)]
    [InlineData(1, 29, 0.0061, 0.1718)]
    public void Wilsons_interval_is_that_of_the_source(int successes, int total, double low, double high)
    {
        var interval = Proportion.Wilson(successes, total);
        Assert.Equal(low, interval.Low, 0.00005);
        Assert.Equal(high, interval.High, 0.00005);
    }

    [Fact]
    public void The_difference_of_equals_has_an_interval_around_zero()
    {
        var interval = PairedDifference.Newcombe(new PairedCounts(50, 5, 5, 40));
        Assert.Equal(0, interval.Low + interval.High, 1e-12);
        Assert.True(interval.High > 0);
    }
}
