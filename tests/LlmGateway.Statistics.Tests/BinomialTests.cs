using System.Numerics;

namespace LlmGateway.Statistics.Tests;

public sealed class BinomialTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(3, 10)]
    [InlineData(152, 361)]
    [InlineData(700, 1319)]
    [InlineData(4900, 10_000)]
    public void Tails_are_those_of_exact_integer_arithmetic(int k, int n)
    {
        BigInteger sum = 0, term = 1;
        for (var count = 0; count <= k; count++)
        {
            sum += term;
            term = term * (n - count) / (count + 1);
        }

        var exact = Math.Exp(BigInteger.Log(sum) - (n * Math.Log(2)));
        Assert.InRange(Binomial.LowerTail(k, n) / exact, 1 - 1e-9, 1 + 1e-9);
    }

    [Fact]
    public void A_probability_far_below_the_smallest_double_is_known_by_its_logarithm() =>
        Assert.Equal(-100_000 * Math.Log(2), Binomial.LogProbability(0, 100_000), 1e-6);

    [Fact]
    public void Other_probabilities_than_one_half()
    {
        // Three or fewer of ten at .2: 1024·4¹⁰-ths, from any table.
        Assert.Equal(0.8791261184, Binomial.LowerTail(3, 10, 0.2), 1e-12);
        Assert.Equal(1, Binomial.LowerTail(10, 10, 0.2));
    }
}
