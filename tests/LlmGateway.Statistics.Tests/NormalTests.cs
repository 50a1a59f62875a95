namespace LlmGateway.Statistics.Tests;

/// <summary>Values to 15 digits from Abramowitz and Stegun's table 26.1 and from 50-digit arithmetic.</summary>
public sealed class NormalTests
{
    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(1, 0.841344746068542949)]
    [InlineData(-1.959963984540054, 0.025)]
    [InlineData(2.5, 0.993790334674223877)]
    [InlineData(-2.6, 0.00466118802371875)]
    [InlineData(-5, 2.86651571879193911e-7)]
    [InlineData(-10, 7.61985302416052606e-24)]
    [InlineData(-38, 2.88542835100396e-316)]
    public void Probabilities_are_those_of_the_tables(double x, double expected) =>
        Assert.InRange(Normal.Cdf(x) / expected, 1 - 1e-12, 1 + 1e-12);

    [Theory]
    [InlineData(0.975, 1.959963984540054)]
    [InlineData(0.025, -1.959963984540054)]
    [InlineData(0.8, 0.841621233572914)]
    [InlineData(0.995, 2.575829303548901)]
    [InlineData(1e-10, -6.361340902404056)]
    public void Quantiles_are_those_of_the_tables(double p, double expected) => Assert.Equal(expected, Normal.Quantile(p), 1e-12);

    [Fact]
    public void A_quantile_undoes_a_probability()
    {
        for (var x = -8.0; x <= 5; x += 0.125)
        {
            Assert.Equal(x, Normal.Quantile(Normal.Cdf(x)), 1e-9);
        }

        Assert.Equal(double.PositiveInfinity, Normal.Quantile(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Normal.Quantile(1.1));
    }
}
