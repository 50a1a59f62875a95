using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace LlmGateway.Datasets.Versions.Imports;

/// <summary>Reads lines from a stream and holds one of them. Empty lines and carriage returns are passed over.</summary>
internal static class JsonLines
{
    /// <summary>What is wrong with a line of more than <see cref="MaxLineBytes"/>.</summary>
    public const string TooLong = "it is longer than 4 MB";

    /// <summary>4 MB: a conversation with a picture in it.</summary>
    private const int MaxLineBytes = 4 << 20;

    /// <summary>The lines with their numbers, from 1; null for one that is too long, of which no more is held.</summary>
    public static async IAsyncEnumerable<(int Number, byte[]? Line)> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 64 << 10, leaveOpen: true));
        var number = 0;
        var isRest = false;
        for (var isLast = false; !isLast;)
        {
            var result = await reader.ReadAsync(cancellationToken);
            var buffer = result.Buffer;
            isLast = result.IsCompleted;
            while (TakeLine(ref buffer, isLast) is { } taken)
            {
                if (isRest)
                {
                    isRest = false;
                    continue;
                }

                number++;
                if (taken.Length > MaxLineBytes)
                {
                    yield return (number, null);
                }
                else if (Trim(taken) is { Length: > 0 } line)
                {
                    yield return (number, line);
                }
            }

            if (!isRest && buffer.Length > MaxLineBytes)
            {
                isRest = true;
                yield return (++number, null);
            }

            buffer = isRest ? buffer.Slice(buffer.End) : buffer;
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

    private static byte[] Trim(ReadOnlySequence<byte> line) => line.ToArray().AsSpan().Trim(" \t\r"u8).ToArray();
}
