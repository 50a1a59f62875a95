using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace LlmGateway.Evaluation.Sources;

/// <summary>Lines of a stream, none of them longer than a bound.</summary>
internal static class JsonLines
{
    /// <summary>1 MB.</summary>
    public const int MaxLineBytes = 1 << 20;

    /// <summary>Lines that are not blank, with their numbers from 1. A line is good until the next one.</summary>
    /// <exception cref="SourceException">A line is longer than <see cref="MaxLineBytes"/>.</exception>
    public static async IAsyncEnumerable<(int Number, ReadOnlyMemory<byte> Line)> ReadAsync(
        Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(stream);
        for (var number = 1; ; number++)
        {
            if (await ReadLineAsync(reader, number, cancellationToken) is not { } line)
            {
                break;
            }

            if (!IsBlank(line))
            {
                yield return (number, line);
            }
        }

        await reader.CompleteAsync();
    }

    private static async Task<byte[]?> ReadLineAsync(PipeReader reader, int number, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var end = read.Buffer.PositionOf((byte)'\n');
            if (end is null && !read.IsCompleted && read.Buffer.Length <= MaxLineBytes)
            {
                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }

            var line = read.Buffer.Slice(0, end ?? read.Buffer.End);
            if (line.Length > MaxLineBytes)
            {
                throw new SourceException($"Line {number} is longer than {MaxLineBytes} bytes.");
            }

            byte[]? copy = end is null && line.IsEmpty ? null : line.ToArray();
            reader.AdvanceTo(end is { } position ? read.Buffer.GetPosition(1, position) : read.Buffer.End);
            return copy;
        }
    }

    private static bool IsBlank(byte[] line) => line.AsSpan().Trim(" \t\r"u8).IsEmpty;
}
