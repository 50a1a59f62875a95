using LlmGateway.Gateway.Health;

namespace LlmGateway.Gateway.Tests.Health;

public sealed class CircuitBreakerTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly BreakerOptions Options = new() { MinimumRequests = 4, FailureThreshold = 0.5, Window = TimeSpan.FromSeconds(10), CoolDown = TimeSpan.FromSeconds(5) };
    private readonly CircuitBreaker _breaker = new();

    [Fact]
    public void It_opens_at_the_share_of_failures_but_not_on_too_few_attempts()
    {
        Assert.False(End(AttemptVerdict.Failure));
        Assert.False(End(AttemptVerdict.Failure));
        Assert.False(End(AttemptVerdict.Success));
        Assert.True(_breaker.LetsThrough(Start));
        Assert.True(End(AttemptVerdict.Failure));
        Assert.Equal((CircuitState.Open, Start.AddSeconds(5)), (_breaker.State(Start), _breaker.OpenUntil));
        Assert.False(_breaker.LetsThrough(Start.AddSeconds(4.9)));
    }

    [Fact]
    public void What_says_nothing_of_the_deployment_does_not_count()
    {
        for (var attempt = 0; attempt < 20; attempt++)
        {
            Assert.False(End(AttemptVerdict.Neutral));
        }

        Assert.Equal((0, 0), _breaker.Counts(Options, Start));
    }

    [Fact]
    public void Failures_leave_the_window()
    {
        End(AttemptVerdict.Failure);
        End(AttemptVerdict.Failure);
        End(AttemptVerdict.Failure);
        Assert.Equal((3, 3), _breaker.Counts(Options, Start));
        Assert.Equal((0, 0), _breaker.Counts(Options, Start.AddSeconds(11)));
        Assert.False(End(AttemptVerdict.Failure, Start.AddSeconds(11)));
    }

    [Fact]
    public void After_the_cool_down_one_call_is_let_through_and_decides()
    {
        Open();
        var later = Start.AddSeconds(6);
        Assert.Equal(CircuitState.HalfOpen, _breaker.State(later));
        Assert.True(_breaker.LetsThrough(later));
        _breaker.Begin(later);
        Assert.False(_breaker.LetsThrough(later));
        Assert.True(End(AttemptVerdict.Failure, later));
        Assert.Equal(CircuitState.Open, _breaker.State(later));
        var again = later.AddSeconds(6);
        _breaker.Begin(again);
        Assert.False(End(AttemptVerdict.Success, again));
        Assert.Equal((CircuitState.Closed, (0, 0), 2L), (_breaker.State(again), _breaker.Counts(Options, again), _breaker.Openings));
    }

    [Fact]
    public void The_success_of_a_call_that_began_before_does_not_close_it()
    {
        Open();
        End(AttemptVerdict.Success, Start.AddSeconds(1));
        Assert.Equal(CircuitState.Open, _breaker.State(Start.AddSeconds(1)));
    }

    private void Open()
    {
        for (var attempt = 0; attempt < 4; attempt++)
        {
            End(AttemptVerdict.Failure);
        }

        Assert.Equal(CircuitState.Open, _breaker.State(Start));
    }

    private bool End(AttemptVerdict verdict, DateTimeOffset? now = null) => _breaker.End(verdict, Options, now ?? Start);
}
