using LlmGateway.TestKit;

namespace LlmGateway.Gateway.Tests.Spooling;

public sealed class InferenceSpoolTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Many_writers_lose_repeat_and_reorder_nothing()
    {
        using var spool = new SpoolUnderTest(_folder.Path, options => options.SegmentBytes = 64 << 10);
        Parallel.For(0, 16, new ParallelOptions { MaxDegreeOfParallelism = 16 }, writer =>
        {
            for (var i = 0; i < 200; i++)
            {
                spool.Append(Sample.Record($"w{writer}") with { CreatedAtMicros = i }, i, 2 * i);
            }
        });
        Assert.Equal(3200, spool.Spool.UnshippedRecords);

        var frames = spool.ShipAll();

        Assert.Equal(3200, frames.Count);
        foreach (var writer in frames.GroupBy(frame => frame.Record.ProjectId))
        {
            Assert.Equal(Enumerable.Range(0, 200).Select(i => (long)i), writer.Select(frame => frame.Record.CreatedAtMicros));
        }

        Assert.All(frames, frame => Assert.Equal(Sample.Bytes((int)frame.Record.CreatedAtMicros * 2), frame.Response.ToArray()));
        Assert.Equal((0, 0), (spool.Spool.UnshippedBytes, spool.Spool.UnshippedRecords));
        Assert.True(Segments().Length <= 1, "shipped segments are deleted");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(-300)]
    [InlineData(3)]
    [InlineData(64)]
    public void A_torn_tail_is_cut_and_its_place_is_not_written_again(int change)
    {
        var ids = Fill(3);
        using (var file = File.Open(Segments()[^1], FileMode.Open))
        {
            file.SetLength(file.Length + change);
        }

        using var spool = new SpoolUnderTest(_folder.Path);
        var expected = ids.Take(change < 0 ? 2 : 3).ToList();
        Assert.Equal(expected.Count, spool.Spool.UnshippedRecords);
        expected.Add(spool.Append());

        Assert.Equal(2, Segments().Length);
        Assert.Equal(expected, spool.ShipAll().Select(frame => frame.Record.Id));
    }

    [Fact]
    public void A_damaged_frame_is_passed_over_alone_and_its_segment_is_set_aside()
    {
        var ids = Fill(5);
        Damage(frame: 2, offset: 50);

        using var spool = new SpoolUnderTest(_folder.Path);
        var last = spool.Append();

        Assert.Equal([ids[0], ids[1], ids[3], ids[4], last], spool.ShipAll().Select(frame => frame.Record.Id));
        Assert.Single(Directory.GetFiles(_folder.Path, "*.corrupt"));
        Assert.Equal(0, spool.Spool.UnshippedBytes);
    }

    [Fact]
    public void Where_a_length_is_damaged_the_reader_goes_on_with_the_next_segment()
    {
        var ids = Fill(5);
        Damage(frame: 2, offset: 3);

        using var spool = new SpoolUnderTest(_folder.Path);
        var last = spool.Append();

        Assert.Equal([ids[0], ids[1], last], spool.ShipAll().Select(frame => frame.Record.Id));
        Assert.Single(Directory.GetFiles(_folder.Path, "*.corrupt"));
    }

    [Fact]
    public void Over_the_limit_bodies_are_dropped_and_records_kept_until_there_is_room()
    {
        using var spool = new SpoolUnderTest(_folder.Path, options => (options.SegmentBytes, options.MaxBytes) = (16 << 10, 64 << 10));
        var ids = Enumerable.Range(0, 100).Select(_ => spool.Append(1000, 1000)).ToList();
        Assert.True(spool.Spool.Full);
        spool.Spool.Store.LookForRoom();
        Assert.True(spool.Spool.Full, "nothing was shipped: there is no room yet");

        var frames = spool.ShipAll();

        Assert.Equal(ids, frames.Select(frame => frame.Record.Id));
        Assert.All(frames, frame => Assert.Equal(frame.Record.BodiesKept ? 1000 : 0, frame.Response.Length));
        Assert.InRange(frames.Count(frame => frame.Record.BodiesKept), 20, 32);

        spool.Spool.Store.LookForRoom();
        Assert.False(spool.Spool.Full);
        spool.Append(1000, 1000);
        Assert.True(Assert.Single(spool.ShipAll()).Record.BodiesKept);
    }

    [Fact]
    public void On_a_full_disk_records_go_to_the_reserve_and_then_wait_in_memory()
    {
        // Room for 20,000 bytes more, of which the reserve, written by itself, has 8,000.
        var room = 20_000;
        using var spool = new SpoolUnderTest(_folder.Path, write: (file, bytes, offset) =>
        {
            var fits = Math.Min(room, bytes.Length);
            RandomAccess.Write(file, bytes[..fits], offset);
            room -= fits;
            if (fits < bytes.Length)
            {
                throw new IOException("No space left on device");
            }
        });
        var ids = Enumerable.Range(0, 8).Select(_ => spool.Append(1000, 1000)).ToList();
        ids.AddRange(Enumerable.Range(0, 10).Select(_ => spool.Append(1000, 1000)));
        Assert.True(spool.Spool.Full);

        room = 5000;
        ids.AddRange(Enumerable.Range(0, 30).Select(_ => spool.Append(1000, 1000)));
        room = int.MaxValue;
        spool.Spool.Store.LookForRoom();
        Assert.False(spool.Spool.Full);
        ids.Add(spool.Append(1000, 1000));

        var frames = spool.ShipAll();
        Assert.Equal(ids, frames.Select(frame => frame.Record.Id));
        Assert.True(frames[0].Record.BodiesKept && frames[^1].Record.BodiesKept && !frames[20].Record.BodiesKept);
    }

    [Fact]
    public void A_record_too_large_for_a_frame_is_kept_in_its_small_form_with_its_bodies()
    {
        using var spool = new SpoolUnderTest(_folder.Path);
        spool.Append(Sample.Record() with { EndUser = new string('x', 1 << 20) }, 10, 20);
        var frame = Assert.Single(spool.ShipAll());
        Assert.Equal((256, 10, 20), (frame.Record.EndUser!.Length, frame.Request.Length, frame.Response.Length));
    }

    [Fact]
    public void Batches_have_at_most_500_records_and_a_megabyte_and_a_larger_frame_goes_alone()
    {
        using var spool = new SpoolUnderTest(_folder.Path);
        for (var i = 0; i < 600; i++)
        {
            spool.Append(10, 10);
        }

        spool.Append(1 << 20, 1 << 20);
        for (var i = 0; i < 30; i++)
        {
            spool.Append(100_000, 0);
        }

        var batches = new List<(int Records, int Bytes)>();
        while (spool.Reader.Read() is { } batch)
        {
            batches.Add((batch.Records, batch.Frames.Length));
            spool.Reader.Commit(batch);
        }

        Assert.Equal(631, batches.Sum(batch => batch.Records));
        Assert.Equal([500, 100, 1, 10, 10, 10], batches.Select(batch => batch.Records));
        Assert.All(batches.Where(batch => batch.Records > 1), batch => Assert.InRange(batch.Bytes, 1, 1 << 20));
    }

    [Fact]
    public void After_a_restart_reading_goes_on_at_the_checkpoint()
    {
        List<Guid> ids;
        using (var spool = new SpoolUnderTest(_folder.Path))
        {
            ids = [.. Enumerable.Range(0, 700).Select(_ => spool.Append())];
            spool.Reader.Commit(spool.Reader.Read()!);
            Assert.NotNull(spool.Reader.Read());
        }

        using var again = new SpoolUnderTest(_folder.Path);
        Assert.Equal(200, again.Spool.UnshippedRecords);
        Assert.Equal(ids.Skip(500), again.ShipAll().Select(frame => frame.Record.Id));
    }

    [Fact]
    public void A_folder_has_one_owner()
    {
        using var spool = new SpoolUnderTest(_folder.Path);
        Assert.ThrowsAny<IOException>(() => new SpoolUnderTest(_folder.Path));
    }

    [Fact]
    public async Task What_was_acknowledged_is_in_a_copy_taken_at_any_moment()
    {
        using var spool = new SpoolUnderTest(_folder.Path, options => options.SegmentBytes = 32 << 10);
        var acknowledged = new System.Collections.Concurrent.ConcurrentQueue<Guid>();
        var stop = false;
        var writers = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            while (!Volatile.Read(ref stop) && acknowledged.Count < 20_000)
            {
                acknowledged.Enqueue(spool.Append());
            }
        })).ToArray();

        for (var moment = 0; moment < 12; moment++)
        {
            var target = Math.Min((moment + 1) * 100, 15_000);
            SpinWait.SpinUntil(() => acknowledged.Count >= target, TimeSpan.FromSeconds(10));
            var before = acknowledged.ToArray();
            using var copy = new TempFolder();
            foreach (var file in Directory.GetFiles(_folder.Path).Where(file => Path.GetFileName(file) != "owner"))
            {
                File.Copy(file, copy.File(Path.GetFileName(file)));
            }

            using var opened = new SpoolUnderTest(copy.Path);
            var found = opened.ShipAll().Select(frame => frame.Record.Id).ToList();
            Assert.Empty(before.Except(found));
            Assert.Equal(found.Count, found.Distinct().Count());
        }

        Volatile.Write(ref stop, true);
        await Task.WhenAll(writers);
    }

    private List<Guid> Fill(int count)
    {
        using var spool = new SpoolUnderTest(_folder.Path);
        return [.. Enumerable.Range(0, count).Select(_ => spool.Append())];
    }

    private void Damage(int frame, int offset)
    {
        var path = Segments()[0];
        var bytes = File.ReadAllBytes(path);
        var at = 0;
        for (var i = 0; i < frame; i++)
        {
            at += 8 + BitConverter.ToInt32(bytes, at);
        }

        bytes[at + offset] ^= 0x40;
        File.WriteAllBytes(path, bytes);
    }

    private string[] Segments() => [.. Directory.GetFiles(_folder.Path, "*.seg").Order()];
}
