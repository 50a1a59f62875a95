namespace LlmGateway.Statistics.Tests;

public sealed class RepetitionStatisticsTests
{
    [Theory]
    [InlineData(1, 0.3)]
    [InlineData(2, 1 - (21 / 45.0))]
    [InlineData(7, 1 - (1 / 120.0))]
    public void At_least_one_of_k_passes_as_Chen_et_al_estimate_it(int k, double expected)
    {
        // Equation 1 by hand, with n = 10 and c = 3: 1 − C(7, k) / C(10, k).
        Assert.Equal(expected, PassAtK.Any([new PassCount(10, 3, 1)], k)!.Value, 1e-12);
    }

    [Fact]
    public void All_of_k_pass_as_often_as_k_of_those_that_passed_are_drawn()
    {
        // C(3, 2) / C(10, 2) = 3 / 45, and an item that always passes, twice.
        Assert.Equal(((3 / 45.0) + 2) / 3, PassAtK.All([new PassCount(10, 3, 1), new PassCount(10, 10, 2)], 2)!.Value, 1e-12);
        Assert.Null(PassAtK.All([new PassCount(2, 2, 5)], 3));
    }

    [Fact]
    public void Variance_is_split_as_in_the_analysis_of_variance()
    {
        // Means 2 and 6 around 4: within 4 / 2 = 2, between 16 / 1 = 16, so that items vary by (16 − 2) / 2 = 7.
        var sums = default(VarianceSums).Add([1, 3]).Plus(default(VarianceSums).Add([5, 7]));
        Assert.Equal((2, 7), (sums.WithinItems!.Value, sums.BetweenItems!.Value));
        Assert.Equal(0, default(VarianceSums).Add([0, 1]).Add([0, 1]).BetweenItems);
        Assert.Null(default(VarianceSums).Add([1]).Add([2]).WithinItems);
    }
}
