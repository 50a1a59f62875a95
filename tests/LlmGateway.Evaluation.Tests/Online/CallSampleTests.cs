using LlmGateway.Evaluation.Online;

namespace LlmGateway.Evaluation.Tests.Online;

public sealed class CallSampleTests
{
    [Fact]
    public void Calls_are_drawn_at_the_rate_alike_each_time_and_by_each_rule_otherwise()
    {
        var calls = Enumerable.Range(0, 10_000).Select(call => new Guid(call, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)).ToList();
        var drawn = calls.Where(call => CallSample.NumberOf("evalrule_1", call) < 0.2).ToHashSet();
        // Four standard deviations of a binomial share.
        Assert.InRange(drawn.Count, 1840, 2160);
        Assert.True(drawn.SetEquals(calls.Where(call => CallSample.NumberOf("evalrule_1", call) < 0.2)));
        Assert.Subset(calls.Where(call => CallSample.NumberOf("evalrule_1", call) < 0.3).ToHashSet(), drawn);
        Assert.InRange(drawn.Count(call => CallSample.NumberOf("evalrule_2", call) < 0.2), 320, 480);
    }
}
