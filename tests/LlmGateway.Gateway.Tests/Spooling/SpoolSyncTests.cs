using LlmGateway.TestKit;

namespace LlmGateway.Gateway.Tests.Spooling;

public sealed class SpoolSyncTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_appended_counts_as_unsynced_until_a_sync_in_every_segment()
    {
        using var spool = new SpoolUnderTest(_folder.Path, options => options.SegmentBytes = 4 << 10);
        for (var i = 0; i < 20; i++)
        {
            spool.Append(1000, 1000);
        }

        Assert.Equal(spool.Spool.UnshippedBytes, spool.Spool.UnsyncedBytes);
        spool.Spool.Sync.Run();
        Assert.Equal(0, spool.Spool.UnsyncedBytes);
        spool.Append(10, 10);
        Assert.InRange(spool.Spool.UnsyncedBytes, 1, 1000);
    }

    [Fact]
    public void A_sync_beside_writers_and_a_reader_that_deletes_harms_neither()
    {
        using var spool = new SpoolUnderTest(_folder.Path, options => options.SegmentBytes = 16 << 10);
        var shipped = 0;
        Parallel.Invoke(
            () =>
            {
                for (var i = 0; i < 2000; i++)
                {
                    spool.Append(500, 500);
                }
            },
            () =>
            {
                while (Volatile.Read(ref shipped) < 2000)
                {
                    Interlocked.Add(ref shipped, spool.ShipAll().Count);
                }
            },
            () =>
            {
                while (Volatile.Read(ref shipped) < 2000)
                {
                    spool.Spool.Sync.Run();
                }
            });
        Assert.Equal((2000, 0), (shipped, spool.AccountingLost));
    }
}
