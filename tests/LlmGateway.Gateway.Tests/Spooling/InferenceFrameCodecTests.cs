using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using LlmGateway.Contracts.Gateway;

namespace LlmGateway.Gateway.Tests.Spooling;

public class InferenceFrameCodecTests
{
    [Fact]
    public void A_frame_comes_back_as_it_was()
    {
        var frame = new InferenceFrame(Sample.Record(), Sample.Bytes(1000), Sample.Bytes(3001, seed: 9));
        ReadOnlyMemory<byte> bytes = Encode(frame);

        Assert.Equal(FrameRead.Whole, InferenceFrameCodec.TryRead(ref bytes, out var read));

        Assert.Equal(Json(frame.Record), Json(read.Record));
        Assert.Equal(frame.Request.ToArray(), read.Request.ToArray());
        Assert.Equal(frame.Response.ToArray(), read.Response.ToArray());
        Assert.True(bytes.IsEmpty);
    }

    [Fact]
    public void Frames_one_after_another_are_read_in_order_from_a_sequence_cut_anywhere()
    {
        var frames = Enumerable.Range(0, 5).Select(i => new InferenceFrame(Sample.Record(), Sample.Bytes(i * 37), Sample.Bytes(i * 11))).ToArray();
        var all = frames.SelectMany(Encode).ToArray();
        for (var cut = 1; cut < 40; cut++)
        {
            var sequence = Pieces(all, cut);
            foreach (var frame in frames)
            {
                Assert.Equal(FrameRead.Whole, InferenceFrameCodec.TryRead(ref sequence, out var read));
                Assert.Equal(frame.Record.Id, read.Record.Id);
                Assert.Equal(frame.Response.ToArray(), read.Response.ToArray());
            }

            Assert.Equal(FrameRead.NeedMore, InferenceFrameCodec.TryRead(ref sequence, out _));
        }
    }

    [Fact]
    public void Every_beginning_of_a_frame_needs_more()
    {
        var whole = Encode(new InferenceFrame(Sample.Record(), Sample.Bytes(20), Sample.Bytes(30)));
        for (var length = 0; length < whole.Length; length++)
        {
            ReadOnlyMemory<byte> bytes = whole.AsMemory(0, length);
            Assert.Equal(FrameRead.NeedMore, InferenceFrameCodec.TryRead(ref bytes, out _));
            Assert.Equal(length, bytes.Length);
        }
    }

    [Fact]
    public void Every_flipped_bit_after_the_length_is_found()
    {
        var whole = Encode(new InferenceFrame(Sample.Record(), Sample.Bytes(20), Sample.Bytes(30)));
        for (var bit = 32; bit < whole.Length * 8; bit++)
        {
            var damaged = whole.ToArray();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            ReadOnlyMemory<byte> bytes = damaged;
            Assert.Equal(FrameRead.Corrupt, InferenceFrameCodec.TryRead(ref bytes, out _));
        }
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(7u)]
    [InlineData((uint)InferenceFrameCodec.MaxFrameBytes)]
    [InlineData(uint.MaxValue)]
    public void An_impossible_length_is_corrupt_and_not_a_reason_to_wait(uint length)
    {
        var header = new byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(header, length);
        Assert.Equal(FrameRead.Corrupt, InferenceFrameCodec.Probe(header, out _));
        var sequence = new ReadOnlySequence<byte>(header);
        Assert.Equal(FrameRead.Corrupt, InferenceFrameCodec.TryRead(ref sequence, out _));
    }

    [Fact]
    public void Bodies_over_a_megabyte_are_cut()
    {
        ReadOnlyMemory<byte> bytes = Encode(new InferenceFrame(Sample.Record(), Sample.Bytes((1 << 20) + 5), Sample.Bytes(2 << 20)));
        Assert.Equal(FrameRead.Whole, InferenceFrameCodec.TryRead(ref bytes, out var read));
        Assert.Equal(Sample.Bytes(1 << 20), read.Request.ToArray());
        Assert.Equal(1 << 20, read.Response.Length);
    }

    [Fact]
    public void A_giant_record_is_refused_and_writes_nothing()
    {
        var output = new ArrayBufferWriter<byte>();
        var record = Sample.Record() with { EndUser = new string('x', InferenceFrameCodec.MaxRecordBytes) };
        Assert.Throws<ArgumentException>(() => InferenceFrameCodec.Write(output, new InferenceFrame(record, default, default)));
        Assert.Equal(0, output.WrittenCount);
    }

    [Fact]
    public void The_checksum_is_the_published_one()
    {
        // RFC 3720, B.4: 32 bytes of zeros have the CRC-32C aa 36 91 8a. Here as lengths of 0 and an empty record, 32 zeros.
        var frame = new byte[40];
        BinaryPrimitives.WriteUInt32LittleEndian(frame, 32);
        new byte[] { 0xaa, 0x36, 0x91, 0x8a }.CopyTo(frame, 4);
        Assert.Equal(FrameRead.Whole, InferenceFrameCodec.Probe(frame, out var length));
        Assert.Equal(40, length);
    }

    private static byte[] Encode(InferenceFrame frame)
    {
        var output = new ArrayBufferWriter<byte>();
        InferenceFrameCodec.Write(output, frame);
        return output.WrittenSpan.ToArray();
    }

    private static string Json(InferenceRecord record) => JsonSerializer.Serialize(record, InferenceRecordJsonContext.Default.InferenceRecord);

    private static ReadOnlySequence<byte> Pieces(byte[] bytes, int size)
    {
        var first = new Piece(bytes.AsMemory(0, Math.Min(size, bytes.Length)), 0);
        var last = first;
        for (var at = size; at < bytes.Length; at += size)
        {
            last = last.Append(bytes.AsMemory(at, Math.Min(size, bytes.Length - at)));
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, long index) => (Memory, RunningIndex) = (memory, index);

        public Piece Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Piece(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
