namespace LlmGateway.Statistics.Tests;

/// <summary>Raters against one another and against the truth, by published worked examples.</summary>
public sealed class AgreementTests
{
    /// <summary>
    /// D. G. Bonett's package statpsych, ci.kappa: 0.6756757, standard error 0.07344761, 0.5317210 to 0.8196303; and the
    /// grant proposals in Wikipedia's article on kappa, 20, 5, 10 and 15: 0.4.
    /// </summary>
    [Theory]
    [InlineData(31, 12, 4, 58, 0.6756757, 0.5317210, 0.8196303)]
    [InlineData(20, 5, 10, 15, 0.4, 0.1511, 0.6489)]
    public void Cohens_kappa_is_that_of_the_sources(int both, int onlyFirst, int onlySecond, int neither, double value, double low, double high)
    {
        var kappa = Kappa.Cohen(new[,] { { both, onlyFirst }, { onlySecond, neither } })!.Value;
        Assert.Equal(value, kappa.Value, 5e-8);
        Assert.Equal(low, kappa.Interval.Low, 0.00005);
        Assert.Equal(high, kappa.Interval.High, 0.00005);
    }

    /// <summary>Cohen's three diagnoses of 200 patients (1960): κ = .429; the standard error is worked by hand from Fleiss, Cohen and Everitt's formula.</summary>
    [Fact]
    public void Kappa_of_three_labels_is_that_of_the_source()
    {
        var kappa = Kappa.Cohen(new[,] { { 106, 10, 4 }, { 22, 28, 10 }, { 2, 12, 6 } })!.Value;
        Assert.Equal(0.429, kappa.Value, 0.0005);
        Assert.Equal(0.05371, kappa.StandardError, 0.000005);
    }

    [Fact]
    public void There_is_no_kappa_where_chance_alone_agrees()
    {
        Assert.Null(Kappa.Cohen(new[,] { { 10, 0 }, { 0, 0 } }));
        Assert.Null(Kappa.Cohen(new int[2, 2]));
        Assert.Equal(1, Kappa.Cohen(new[,] { { 5, 0 }, { 0, 5 } })!.Value.Value);
        Assert.Equal(0, Kappa.Cohen(new[,] { { 5, 5 }, { 0, 0 } })!.Value.Value);
    }

    /// <summary>
    /// The herd of 150 cows in the manual of epiR's epi.prev: 23 positive, sensitivity .96 and specificity .89, 5.1 true cases
    /// in 100. The intervals are worked by hand from Lang and Reiczigel's formulas.
    /// </summary>
    [Theory]
    [InlineData(23, 150, 96, 100, 89, 100, 0.050980, 0, 0.145668)]
    [InlineData(120, 200, 45, 50, 40, 50, 0.571429, 0.429626, 0.715404)]
    [InlineData(27, 650, 50, 100, 199, 200, 0.073815, 0.027460, 0.114583)]
    public void Rogan_and_Gladens_share_and_its_interval_are_those_of_the_sources(
        int found, int total, int truePositives, int positives, int trueNegatives, int negatives, double value, double low, double high)
    {
        var corrected = RoganGladen.Correct(new Tally(found, total), new Tally(truePositives, positives), new Tally(trueNegatives, negatives))!.Value;
        Assert.Equal(value, corrected.Value, 0.0000005);
        Assert.Equal(low, corrected.Interval.Low, 0.0000005);
        Assert.Equal(high, corrected.Interval.High, 0.0000005);
    }

    [Fact]
    public void A_test_that_tells_nothing_corrects_nothing()
    {
        var found = new Tally(30, 100);
        Assert.Null(RoganGladen.Correct(found, new Tally(5, 10), new Tally(5, 10)));
        Assert.Null(RoganGladen.Correct(found, new Tally(0, 0), new Tally(9, 10)));
        Assert.Null(RoganGladen.Correct(found, new Tally(9, 10), new Tally(0, 0)));
        Assert.Equal(new Interval(0, 1), RoganGladen.Correct(found, new Tally(100, 1000), new Tally(1, 1))!.Value.Interval);
    }

    /// <summary>The IQ and the hours of television of ten people in Wikipedia's article on the coefficient: −29/165.</summary>
    [Fact]
    public void Spearmans_correlation_is_that_of_the_source()
    {
        var rho = RankCorrelation.Spearman([106, 100, 86, 101, 99, 103, 97, 113, 112, 110], [7, 27, 2, 50, 28, 29, 20, 12, 6, 17])!.Value;
        Assert.Equal(-29.0 / 165, rho.Value, 1e-12);

        // tanh(atanh(ρ) ± 1.959964 √((1 + ρ²/2)/7)).
        Assert.Equal(-0.7278, rho.Interval!.Value.Low, 0.00005);
        Assert.Equal(0.5145, rho.Interval!.Value.High, 0.00005);
    }

    [Fact]
    public void Tied_ranks_are_shared_and_what_never_changes_has_no_correlation()
    {
        // Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: 4.5 / √(4.5 · 5).
        Assert.Equal(Math.Sqrt(0.9), RankCorrelation.Spearman([1, 2, 2, 3], [10, 20, 30, 40])!.Value.Value, 1e-12);
        Assert.Null(RankCorrelation.Spearman([1, 1, 1], [1, 2, 3]));
        Assert.Equal(new Interval(1, 1), RankCorrelation.Spearman([1, 2, 3, 4, 5], [2, 4, 6, 8, 9])!.Value.Interval);
    }
}
