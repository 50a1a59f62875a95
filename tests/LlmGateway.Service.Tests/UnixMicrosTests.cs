namespace LlmGateway.Service.Tests;

public sealed class UnixMicrosTests
{
    private static readonly DateTimeOffset Moment = new(2026, 1, 2, 4, 4, 5, 678, 901, TimeSpan.FromHours(1));

    [Fact]
    public void A_time_of_any_zone_comes_back_to_the_microsecond()
    {
        Assert.Equal(1_767_323_045_678_901, UnixMicros.Of(Moment));
        Assert.Equal(Moment, UnixMicros.ToTime(UnixMicros.Of(Moment.AddTicks(9))));
        Assert.Equal(TimeSpan.Zero, UnixMicros.ToTime(0).Offset);
    }

    [Fact]
    public void Resources_show_whole_seconds()
    {
        Assert.Equal(1_767_323_045, UnixMicros.ToSeconds(UnixMicros.Of(Moment)));
        Assert.Equal(1_767_323_045_000_000, UnixMicros.OfSeconds(1_767_323_045));
    }
}
