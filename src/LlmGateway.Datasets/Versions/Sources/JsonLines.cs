using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using LlmGateway.Service;

namespace LlmGateway.Datasets.Versions.Sources;

/// <summary>Reads lines from a stream and holds one of them. Empty lines, a byte order mark and carriage returns are passed over.</summary>
internal static class JsonLines
{
    /// <summary>4 MB: a conversation with a picture in it.</summary>
    private const int MaxLineBytes = 4 << 20;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>The lines with their numbers, from 1.</summary>
    /// <exception cref="ApiException">A line is too long (400).</exception>
    public static async IAsyncEnumerable<(int Number, byte[] Line)> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 64 << 10, leaveOpen: true));
        var number = 0;
        for (var isLast = false; !isLast;)
        {
            var result = await reader.ReadAsync(cancellationToken);
            var buffer = result.Buffer;
            isLast = result.IsCompleted;
            while (TakeLine(ref buffer, isLast) is { } taken)
            {
                number++;
                if (Trim(taken, isFirst: number == 1) is { Length: > 0 } line)
                {
                    yield return (number, line);
                }
            }

            if (buffer.Length > MaxLineBytes)
            {
                throw new ApiException(ApiErrors.BadRequest($"Line {number + 1} is longer than {MaxLineBytes >> 20} MB.", "source.file_id", "invalid_file"));
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
        }

        await reader.CompleteAsync();
    }

    /// <summary>The next whole line without its end, or at the end what is left.</summary>
    private static ReadOnlySequence<byte>? TakeLine(ref ReadOnlySequence<byte> buffer, bool isLast)
    {
        ReadOnlySequence<byte> line;
        if (buffer.PositionOf((byte)'\n') is { } end)
        {
            line = buffer.Slice(0, end);
            buffer = buffer.Slice(buffer.GetPosition(1, end));
            return line;
        }

        if (!isLast || buffer.IsEmpty)
        {
            return null;
        }

        line = buffer;
        buffer = buffer.Slice(buffer.End);
        return line;
    }

    private static byte[] Trim(ReadOnlySequence<byte> line, bool isFirst)
    {
        var bytes = line.ToArray().AsSpan();
        bytes = isFirst && bytes.StartsWith(ByteOrderMark) ? bytes[ByteOrderMark.Length..] : bytes;
        return bytes.Trim(" \t\r"u8).ToArray();
    }
}
