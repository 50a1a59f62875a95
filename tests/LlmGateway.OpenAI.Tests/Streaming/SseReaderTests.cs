using System.Buffers;
using System.Text;
using CsCheck;

namespace LlmGateway.OpenAI.Tests.Streaming;

public sealed class SseReaderTests
{
    private static readonly string[] LineEnds = ["\n", "\r", "\r\n"];

    private static readonly Gen<string> LineText =
        Gen.Select(Gen.Char["abc: {}\"é€"].Array[0, 20], Gen.Bool, (letters, emoji) => new string(letters) + (emoji ? "😀 漢字" : ""));

    private static readonly Gen<(string? Name, string[] Lines)> Event =
        Gen.Select(Gen.Bool.Select(named => named ? "response.created" : null), LineText.Array[1, 4], (name, lines) => (name, lines));

    [Fact]
    public void Events_are_the_same_however_the_bytes_are_cut_and_lines_are_ended()
    {
        Gen.Select(Event.Array[0, 8], Gen.Int[0, 2].Select(kind => LineEnds[kind]), Gen.Int[1, 40], Gen.Bool).Sample((events, lineEnd, piece, mark) =>
        {
            var stream = Encode(events, lineEnd, mark);
            var frames = Split(stream, piece, out var pending);

            Assert.Equal(0, pending);
            Assert.Equal(stream, frames.SelectMany(frame => frame));
            Assert.Equal(
                events.Select(one => (one.Name, string.Join('\n', one.Lines))),
                frames.Where(frame => SseFrame.HasData(frame)).Select(frame => (SseFrame.Event(frame), Encoding.UTF8.GetString(SseFrame.Data(frame)))));
        });
    }

    [Fact]
    public void A_cut_stream_gives_only_events_that_were_whole()
    {
        Gen.Select(Event.Array[1, 6], Gen.Bool.Select(crlf => crlf ? "\r\n" : "\n"), Gen.Double.Unit).Sample((events, lineEnd, at) =>
        {
            var whole = Encode(events, lineEnd, mark: false);
            var cut = whole[..(int)(at * whole.Length)];
            var all = Split(whole, 7, out _);
            var frames = Split(cut, 7, out var pending);

            Assert.Equal(cut.Length, frames.Sum(frame => frame.Length) + pending);
            for (var index = 0; index < frames.Count; index++)
            {
                Assert.Equal(SseFrame.Data(all[index]), SseFrame.Data(frames[index]));
            }
        });
    }

    [Fact]
    public void What_the_writer_writes_the_reader_reads()
    {
        LineText.Array[1, 5].Sample(lines =>
        {
            var data = string.Join('\n', lines);
            var target = new ArrayBufferWriter<byte>();
            SseWriter.Write(target, Encoding.UTF8.GetBytes(data), "name");

            var frame = Assert.Single(Split(target.WrittenSpan.ToArray(), 3, out _));
            Assert.Equal("name", SseFrame.Event(frame));
            Assert.Equal(data, Encoding.UTF8.GetString(SseFrame.Data(frame)));
        });
    }

    [Fact]
    public void Comments_and_other_fields_are_no_data()
    {
        var frame = ": keep-alive\nid: 7\nretry: 10\ndatax: no\ndata\n\n"u8;

        Assert.Equal(frame.Length, SseFrame.Length(frame));
        Assert.Equal("7", SseFrame.Id(frame));
        Assert.Null(SseFrame.Event(frame));
        Assert.True(SseFrame.Data(frame).IsEmpty);
    }

    [Fact]
    public void A_CR_at_the_end_waits_for_its_LF()
    {
        using var reader = new SseReader();
        reader.Feed("data: a\r\n\r"u8);
        Assert.False(reader.TryRead(out _));

        reader.Feed("\ndata: b"u8);
        Assert.True(reader.TryRead(out var frame));
        Assert.True(frame.SequenceEqual("data: a\r\n\r\n"u8));
        Assert.Equal("data: b".Length, reader.PendingBytes);
    }

    [Fact]
    public void An_event_without_end_is_refused_at_the_largest_size()
    {
        using var reader = new SseReader(maxFrameBytes: 100);
        reader.Feed(Encoding.UTF8.GetBytes("data: " + new string('x', 94)));
        Assert.False(reader.TryRead(out _));

        reader.Feed("x"u8);
        Assert.Throws<InvalidDataException>(() => reader.TryRead(out _));
    }

    [Fact]
    public void Splitting_and_looking_into_events_allocates_nothing()
    {
        using var reader = new SseReader();
        var events = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("event: e\r\ndata: {\"a\":1}\r\n\r\n", 100)));
        Assert.Equal(100, Count(reader, events));

        var before = GC.GetAllocatedBytesForCurrentThread();
        var count = Count(reader, events);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(100, count);
        Assert.Equal(0, allocated);
    }

    [Fact]
    public void Pieces_may_be_read_into_its_own_memory()
    {
        using var reader = new SseReader();
        var stream = Encoding.UTF8.GetBytes($"data: {new string('x', 20_000)}\n\ndata: b\n\n");
        var frames = new List<byte[]>();
        for (var position = 0; position < stream.Length;)
        {
            var memory = reader.GetMemory().Span;
            var count = Math.Min(memory.Length, stream.Length - position);
            stream.AsSpan(position, count).CopyTo(memory);
            reader.Advance(count);
            Drain(reader, frames);
            position += count;
        }

        Assert.Equal(stream, frames.SelectMany(frame => frame));
        Assert.Equal(2, frames.Count);
    }

    private static int Count(SseReader reader, byte[] bytes)
    {
        var count = 0;
        reader.Feed(bytes);
        while (reader.TryRead(out var frame))
        {
            count += SseFrame.IsDone(SseFrame.Data(frame)) ? 0 : 1;
        }

        return count;
    }

    private static byte[] Encode((string? Name, string[] Lines)[] events, string lineEnd, bool mark)
    {
        var text = new StringBuilder(mark ? "\uFEFF" : "");
        foreach (var (name, lines) in events)
        {
            text.Append(": comment").Append(lineEnd);
            text.Append(name is null ? "" : $"event: {name}{lineEnd}");
            foreach (var line in lines)
            {
                text.Append("data: ").Append(line).Append(lineEnd);
            }

            text.Append(lineEnd);
        }

        return Encoding.UTF8.GetBytes(events.Length == 0 ? "" : text.ToString());
    }

    private static List<byte[]> Split(byte[] stream, int piece, out int pending)
    {
        using var reader = new SseReader();
        var frames = new List<byte[]>();
        foreach (var bytes in stream.Chunk(piece))
        {
            reader.Feed(bytes);
            Drain(reader, frames);
        }

        reader.Complete();
        Drain(reader, frames);
        pending = reader.PendingBytes;
        return frames;
    }

    private static void Drain(SseReader reader, List<byte[]> frames)
    {
        while (reader.TryRead(out var frame))
        {
            frames.Add(frame.ToArray());
        }
    }
}
