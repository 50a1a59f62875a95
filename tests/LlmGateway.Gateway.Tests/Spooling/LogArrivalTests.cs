using LlmGateway.Gateway.Spooling;
using LlmGateway.TestKit;

namespace LlmGateway.Gateway.Tests.Spooling;

public sealed class LogArrivalTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_was_recorded_before_is_waited_for_and_what_came_later_is_not()
    {
        using var spool = new SpoolUnderTest(_folder.Path);
        var arrival = new LogArrival(spool.Spool, TimeProvider.System, TimeSpan.Zero);
        Assert.True(arrival.WaitAsync(arrival.Now(), Cancel).IsCompletedSuccessfully, "It waits for nothing.");

        spool.Append();
        var waiting = arrival.WaitAsync(arrival.Now(), Cancel);
        Assert.False(waiting.IsCompleted, "It does not wait for what has not left.");
        var batch = spool.Reader.Read()!;
        spool.Append();
        Assert.False(waiting.IsCompleted);
        spool.Reader.Commit(batch);
        await waiting;
        Assert.Equal(1, spool.Spool.UnshippedRecords);
    }

    [Fact]
    public async Task What_another_start_left_behind_counts_too()
    {
        using (var before = new SpoolUnderTest(_folder.Path))
        {
            before.Append();
        }

        using var spool = new SpoolUnderTest(_folder.Path);
        var arrival = new LogArrival(spool.Spool, TimeProvider.System, TimeSpan.Zero);
        var waiting = arrival.WaitAsync(arrival.Now(), Cancel);
        Assert.False(waiting.IsCompleted);
        spool.ShipAll();
        await waiting;
    }
}
