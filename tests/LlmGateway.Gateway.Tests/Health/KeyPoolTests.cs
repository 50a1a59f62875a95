using LlmGateway.Gateway.Health;

namespace LlmGateway.Gateway.Tests.Health;

public sealed class KeyPoolTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly KeyPool _pool = new(["a", "b", "c"]);
    private readonly DeploymentHealth _health = new("p/m");

    [Fact]
    public void Keys_take_turns() =>
        Assert.Equal([0, 1, 2], Enumerable.Range(0, 3).Select(_ => Next()).Order());

    [Fact]
    public void A_refused_key_rests_for_all_models_and_a_limited_one_for_its_own()
    {
        _pool.Reject(0, Now);
        _health.LimitKey(1, Now.AddSeconds(30));
        Assert.All(Enumerable.Range(0, 6), _ => Assert.Equal(2, Next()));
        Assert.Equal([1, 2], Enumerable.Range(0, 6).Select(_ => _pool.Next(new DeploymentHealth("p/n"), 0, Now, evenResting: false)).Distinct().Order());
        Assert.Equal([0, 1, 2], Enumerable.Range(0, 6).Select(_ => Next(Now + KeyPool.RejectedRest)).Distinct().Order());
    }

    [Fact]
    public void If_all_rest_none_is_free_and_the_first_to_recover_is_the_last_resort()
    {
        _pool.Reject(0, Now);
        _pool.Reject(1, Now.AddSeconds(-20));
        _pool.Reject(2, Now.AddSeconds(-10));
        Assert.Equal(-1, Next());
        Assert.Equal(1, _pool.Next(_health, 0, Now, evenResting: true));
        Assert.Equal(2, _pool.Next(_health, 0b10, Now, evenResting: true));
        Assert.Equal((Now.AddSeconds(-20) + KeyPool.RejectedRest).UtcTicks, _pool.FirstFree(_health));
    }

    private int Next(DateTimeOffset? now = null) => _pool.Next(_health, 0, now ?? Now, evenResting: false);
}
