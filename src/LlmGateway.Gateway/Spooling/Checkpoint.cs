using System.Buffers.Binary;
using System.IO.Hashing;
using LlmGateway.Service;
using Microsoft.Win32.SafeHandles;

namespace LlmGateway.Gateway.Spooling;

/// <summary>
/// The file that tells up to where frames are shipped. It has two places written in turn, each with a checksum: one of
/// them is always whole. It is written over and never grows, so a full disk does not keep shipped segments from being
/// deleted.
/// </summary>
internal sealed class Checkpoint : IDisposable
{
    private const int SlotBytes = 32;
    private const int ChecksumAt = 24;

    private readonly SafeFileHandle _file;
    private long _turn;

    /// <exception cref="IOException">There is no space for even this file.</exception>
    public Checkpoint(string folder)
    {
        _file = File.OpenHandle(
            System.IO.Path.Combine(folder, "checkpoint"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        if (RandomAccess.GetLength(_file) != 2 * SlotBytes)
        {
            RandomAccess.SetLength(_file, 0);
            RandomAccess.Write(_file, new byte[2 * SlotBytes], 0);
            RandomAccess.FlushToDisk(_file);
        }

        Position = Read();
    }

    /// <summary>The place saved last; the beginning when there is none or it cannot be read, for sending twice does no harm.</summary>
    public SpoolPosition Position { get; private set; }

    /// <exception cref="IOException">The disk does not take it; the old place stays.</exception>
    public void Write(SpoolPosition position)
    {
        CrashPoint.Reach("checkpoint.before");
        Span<byte> slot = stackalloc byte[SlotBytes];
        slot.Clear();
        BinaryPrimitives.WriteInt64LittleEndian(slot, _turn + 1);
        BinaryPrimitives.WriteInt64LittleEndian(slot[8..], position.Segment);
        BinaryPrimitives.WriteInt64LittleEndian(slot[16..], position.Offset);
        BinaryPrimitives.WriteUInt32LittleEndian(slot[ChecksumAt..], Crc32.HashToUInt32(slot[..ChecksumAt]));
        RandomAccess.Write(_file, slot, (_turn + 1) % 2 * SlotBytes);
        _turn++;
        Position = position;
        CrashPoint.Reach("checkpoint.after");
    }

    public void Dispose() => _file.Dispose();

    private SpoolPosition Read()
    {
        var position = SpoolPosition.Start;
        Span<byte> slot = stackalloc byte[SlotBytes];
        for (var i = 0; i < 2; i++)
        {
            var read = RandomAccess.Read(_file, slot, i * SlotBytes);
            var turn = BinaryPrimitives.ReadInt64LittleEndian(slot);
            if (read == SlotBytes && turn > _turn &&
                BinaryPrimitives.ReadUInt32LittleEndian(slot[ChecksumAt..]) == Crc32.HashToUInt32(slot[..ChecksumAt]))
            {
                _turn = turn;
                position = new SpoolPosition(BinaryPrimitives.ReadInt64LittleEndian(slot[8..]), BinaryPrimitives.ReadInt64LittleEndian(slot[16..]));
            }
        }

        return position;
    }
}
