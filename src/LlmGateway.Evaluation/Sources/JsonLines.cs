using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace LlmGateway.Evaluation.Sources;

/// <summary>Lines of a stream, none of them longer than a bound.</summary>
internal static class JsonLines
{
    /// <summary>1 MB: an item.</summary>
    public const int MaxLineBytes = 1 << 20;

    /// <summary>16 MB: a logged call, whose two bodies are at most 1 MB each before they are escaped.</summary>
    public const int MaxCallBytes = 16 << 20;

    /// <summary>Lines that are not blank, with their numbers from 1. A line is good until the next one.</summary>
    /// <exception cref="SourceException">A line is longer than that.</exception>
    public static async IAsyncEnumerable<(int Number, ReadOnlyMemory<byte> Line)> ReadAsync(
        Stream stream, int maxBytes, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(stream);
        for (var number = 1; ; number++)
        {
            if (await ReadLineAsync(reader, number, maxBytes, cancellationToken) is not { } line)
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

    private static async Task<byte[]?> ReadLineAsync(PipeReader reader, int number, int maxBytes, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var end = read.Buffer.PositionOf((byte)'\n');
            if (end is null && !read.IsCompleted && read.Buffer.Length <= maxBytes)
            {
                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }

            var line = read.Buffer.Slice(0, end ?? read.Buffer.End);
            if (line.Length > maxBytes)
            {
                throw new SourceException($"Line {number} is longer than {maxBytes} bytes.");
            }

            byte[]? copy = end is null && line.IsEmpty ? null : line.ToArray();
            reader.AdvanceTo(end is { } position ? read.Buffer.GetPosition(1, position) : read.Buffer.End);
            return copy;
        }
    }

    private static bool IsBlank(byte[] line) => line.AsSpan().Trim(" \t\r"u8).IsEmpty;
}
