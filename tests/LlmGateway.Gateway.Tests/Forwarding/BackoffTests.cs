using LlmGateway.Gateway.Forwarding;
using LlmGateway.Gateway.Routes;
using Microsoft.Extensions.Time.Testing;

namespace LlmGateway.Gateway.Tests.Forwarding;

public sealed class BackoffTests
{
    private static readonly RetryOptions Options = new() { InitialDelay = TimeSpan.FromMilliseconds(100), MaxDelay = TimeSpan.FromSeconds(1) };

    [Theory]
    [InlineData(0, 50, 100)]
    [InlineData(1, 100, 200)]
    [InlineData(3, 400, 800)]
    [InlineData(9, 500, 1000)]
    public void Waits_double_up_to_the_bound_and_differ(int retry, int least, int most)
    {
        var random = new Random(5);
        var waits = Enumerable.Range(0, 200).Select(_ => Backoff.Wait(Options, retry, null, random)!.Value.TotalMilliseconds).ToArray();
        Assert.All(waits, wait => Assert.InRange(wait, least, most));
        Assert.True(waits.Max() - waits.Min() > (most - least) / 2.0);
    }

    [Fact]
    public void A_providers_wish_is_granted_or_not_waited_for()
    {
        var wait = Backoff.Wait(Options, 0, TimeSpan.FromMilliseconds(900), new Random(1))!.Value;
        Assert.InRange(wait.TotalMilliseconds, 900, 990);
        Assert.Null(Backoff.Wait(Options, 0, TimeSpan.FromSeconds(2), new Random(1)));
    }

    [Theory]
    [InlineData("retry-after-ms", "250", 250)]
    [InlineData("retry-after", "2", 2000)]
    [InlineData("retry-after", "Thu, 01 Jan 2026 00:00:30 GMT", 30_000)]
    [InlineData("retry-after", "Wed, 01 Jan 2020 00:00:00 GMT", 0)]
    [InlineData("retry-after", "soon", null)]
    [InlineData("x-other", "1", null)]
    public void A_wish_is_read_from_either_header(string name, string value, int? milliseconds)
    {
        using var answer = new HttpResponseMessage();
        answer.Headers.TryAddWithoutValidation(name, value);
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        Assert.Equal(milliseconds, (int?)RetryAfter.Read(answer, time)?.TotalMilliseconds);
    }

    [Fact]
    public void One_timer_runs_after_the_other_and_none_longer_than_the_whole()
    {
        var time = new FakeTimeProvider();
        var timeouts = new CallTimeouts(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(60));
        Assert.Equal("connect", After(1.1, _ => { }));
        Assert.Equal("first_byte", After(5.1, timer => timer.Sent()));
        Assert.Null(After(1.9, timer => timer.Started()));
        Assert.Equal("idle", After(2.1, timer => timer.Started()));
        Assert.Equal("total", After(3.1, timer => timer.Sent(), left: 3));

        string? After(double seconds, Action<CallTimer> act, double left = 60)
        {
            using var timer = new CallTimer(timeouts, TimeSpan.FromSeconds(left), time, CancellationToken.None);
            act(timer);
            time.Advance(TimeSpan.FromSeconds(seconds));
            return timer.Expired;
        }
    }
}
