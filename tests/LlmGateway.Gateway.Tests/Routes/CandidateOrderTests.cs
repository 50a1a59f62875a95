using LlmGateway.Gateway.Caching;
using LlmGateway.Gateway.Health;
using LlmGateway.Gateway.Models;
using LlmGateway.Gateway.Routes;

namespace LlmGateway.Gateway.Tests.Routes;

public sealed class CandidateOrderTests
{
    [Fact]
    public void Weights_are_shares_and_a_weight_of_0_is_none()
    {
        var random = new Random(7);
        var group = Group(RoutePolicy.Weighted, 3, 1, 0);
        var first = Enumerable.Range(0, 4000).Select(_ => CandidateOrder.Of(group, _ => 0, random)).ToArray();
        Assert.All(first, order => Assert.Equal(2, order.Length));
        Assert.InRange(first.Count(order => order[0] == group.Candidates[0]), 2850, 3150);
    }

    [Fact]
    public void Priority_is_the_order_given()
    {
        var group = Group(RoutePolicy.Priority, 1, 5, 9);
        Assert.Equal(group.Candidates, CandidateOrder.Of(group, _ => 0, new Random(1)));
    }

    [Fact]
    public void The_fewest_calls_for_its_weight_go_first_and_equals_take_turns()
    {
        var group = Group(RoutePolicy.LeastRequests, 1, 4);
        var busy = new Dictionary<RouteCandidate, int> { [group.Candidates[0]] = 2, [group.Candidates[1]] = 7 };
        Assert.Equal(group.Candidates[1], CandidateOrder.Of(group, candidate => busy[candidate], new Random(1))[0]);
        var even = Group(RoutePolicy.LeastRequests, 1, 1);
        var random = new Random(3);
        var turns = Enumerable.Range(0, 100).Count(_ => CandidateOrder.Of(even, _ => 0, random)[0] == even.Candidates[0]);
        Assert.InRange(turns, 30, 70);
    }

    private static RouteGroup Group(RoutePolicy policy, params double[] weights) => new("g", policy, [], [.. weights.Select((weight, index) => new RouteCandidate(
        new Deployment(new Provider("p", ProviderKind.OpenAI, "http://p/v1", null, null, true), $"m{index}", CachePolicy.Off, TimeSpan.Zero),
        weight, CallTimeouts.Of(TimeSpan.FromMinutes(1)), new BreakerOptions()))]);
}
