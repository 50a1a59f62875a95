using LlmGateway.Contracts.Gateway;

namespace LlmGateway.Gateway.Tests.Spooling;

/// <summary>On a disk that is really full.</summary>
public sealed class FullDiskTests
{
    private const int Body = 20_000;

    [Fact]
    public void On_a_full_disk_bodies_are_dropped_and_counted_and_no_account_is_lost()
    {
        using var disk = new SmallDisk(megabytes: 4);
        using var spool = new SpoolUnderTest(disk.Path, Small);
        var ids = Append(spool, 20);
        Assert.Equal(0, spool.BodiesDropped);

        disk.Fill();
        ids.AddRange(Append(spool, 1000));
        Assert.True(spool.Spool.Full);
        Assert.InRange(spool.BodiesDropped, 995, 1000);

        disk.MakeRoom();
        spool.Spool.Store.LookForRoom();
        ids.AddRange(Append(spool, 20));

        var frames = spool.ShipAll();
        Assert.Equal(ids, frames.Select(frame => frame.Record.Id));
        Assert.Equal(spool.BodiesDropped, frames.Count(frame => !frame.Record.BodiesKept));
        Assert.All(frames.Take(20).Concat(frames.TakeLast(20)), frame => Assert.Equal(Body, frame.Response.Length));
        Assert.Equal(0, spool.AccountingLost);
    }

    [Fact]
    public void Beyond_the_reserve_accounts_wait_in_memory_and_what_memory_does_not_take_is_counted()
    {
        using var disk = new SmallDisk(megabytes: 4);
        using var spool = new SpoolUnderTest(disk.Path, Small);
        disk.Fill();
        const int Many = 60_000;
        Append(spool, Many, body: 1);
        Assert.InRange(spool.AccountingLost, 1, Many / 2);

        disk.MakeRoom();
        Assert.Equal(Many - spool.AccountingLost, ShipWhileMakingRoom(spool));
    }

    [Fact]
    public void A_full_disk_is_drained_by_shipping_alone()
    {
        using var disk = new SmallDisk(megabytes: 4);
        using var spool = new SpoolUnderTest(disk.Path, Small);
        // Nobody makes room here: the spool's own segments fill the disk, and shipping them is what empties it.
        var ids = Append(spool, 300);
        Assert.True(spool.Spool.Full);

        var frames = spool.ShipAll();
        spool.Spool.Store.LookForRoom();
        Assert.False(spool.Spool.Full);
        Assert.Equal(ids, frames.Select(frame => frame.Record.Id));
        Append(spool, 1);
        Assert.True(Assert.Single(spool.ShipAll()).Record.BodiesKept);
    }

    [Fact]
    public void After_a_restart_on_a_disk_still_full_shipping_goes_on_where_it_was()
    {
        using var disk = new SmallDisk(megabytes: 4);
        List<Guid> ids;
        using (var spool = new SpoolUnderTest(disk.Path, Small))
        {
            ids = Append(spool, 300);
            disk.Fill();
            spool.Reader.Commit(spool.Reader.Read()!);
        }

        using var again = new SpoolUnderTest(disk.Path, Small);
        var rest = again.ShipAll().Select(frame => frame.Record.Id).ToList();
        Assert.InRange(rest.Count, 1, 299);
        Assert.Equal(ids.TakeLast(rest.Count), rest);
    }

    private static void Small(Gateway.Spooling.SpoolOptions options) =>
        (options.SegmentBytes, options.ReserveBytes) = (512 << 10, 1 << 20);

    private static List<Guid> Append(SpoolUnderTest spool, int count, int body = Body) =>
        [.. Enumerable.Range(0, count).Select(_ => spool.Append(body, body))];

    private static int ShipWhileMakingRoom(SpoolUnderTest spool)
    {
        var shipped = 0;
        for (List<InferenceFrame> frames = [default]; frames.Count > 0; shipped += frames.Count)
        {
            spool.Spool.Store.LookForRoom();
            frames = spool.ShipAll();
        }

        return shipped;
    }
}
