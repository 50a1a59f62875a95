using LlmGateway.Evaluation.Attributions;
using LlmGateway.Evaluation.Comparisons;

namespace LlmGateway.Evaluation.Tests.Attributions;

public sealed class LadderAxisTests
{
    [Fact]
    public void Effects_that_are_all_nothing_stand_in_the_middle()
    {
        var axis = LadderAxis.OfEffects(100, 200, [new Estimate(0, 0, 0), new Estimate(0, null, null)]);
        Assert.Equal(200, axis.At(0));
        Assert.Equal([-1, -0.5, 0, 0.5, 1], axis.Ticks);
    }
}
