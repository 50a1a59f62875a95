using System.Runtime.CompilerServices;

namespace LlmGateway.Gateway.Batches;

/// <summary>
/// Reads an input file line by line. It is fetched in pieces, so that a batch that runs for hours holds no connection open; of the
/// file one piece and the line under way are in memory.
/// </summary>
internal sealed class BatchInput(BatchFiles files, GatewaySettings settings)
{
    private const int PieceBytes = 1 << 20;

    /// <summary>What stands around a request's body.</summary>
    private const int EnvelopeBytes = 4096;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Lines that are not blank.</summary>
    /// <exception cref="BatchFailedException">The file is gone.</exception>
    public async IAsyncEnumerable<InputLine> ReadAsync(Batch batch, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var lines = new LineBuffer(settings.Current.MaxRequestBytes + EnvelopeBytes);
        for (var offset = 0L; offset < batch.InputBytes; offset += PieceBytes)
        {
            var length = Math.Min(PieceBytes, batch.InputBytes - offset);
            ReadOnlyMemory<byte> piece = await files.ReadAsync(batch.ProjectId, batch.InputFileId, offset, length, cancellationToken);
            if (offset == 0 && piece.Span.StartsWith(ByteOrderMark))
            {
                piece = piece[ByteOrderMark.Length..];
            }

            foreach (var line in lines.Take(piece))
            {
                yield return line;
            }
        }

        if (lines.TakeRest() is { } last)
        {
            yield return last;
        }
    }
}

/// <summary>A line of an input file.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Text">Null if it is longer than a line may be.</param>
internal readonly record struct InputLine(int Number, byte[]? Text);
