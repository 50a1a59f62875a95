using System.Text;

namespace LlmGateway.TestKit.Upstream;

/// <summary>A plain body: its bytes, with padding between head and tail that is never held in memory.</summary>
internal sealed record UpstreamBody(ReadOnlyMemory<byte> Head, long Padding = 0, ReadOnlyMemory<byte> Tail = default)
{
    private static readonly byte[] Filler = Encoding.ASCII.GetBytes(new string('x', 64 * 1024));

    public long Length => Head.Length + Padding + Tail.Length;

    /// <summary>Fills the mark in a composed answer so that the body has <paramref name="bytes"/> bytes.</summary>
    /// <exception cref="InvalidOperationException">The answer is larger than that without padding.</exception>
    public static UpstreamBody Padded(byte[] answer, long? bytes)
    {
        var mark = answer.AsSpan().IndexOf(UpstreamAnswers.PaddingMark);
        if (mark < 0)
        {
            return new UpstreamBody(answer);
        }

        var tail = answer.AsMemory(mark + UpstreamAnswers.PaddingMark.Length);
        var padding = (bytes ?? mark + tail.Length) - mark - tail.Length;
        if (padding < 0)
        {
            throw new InvalidOperationException($"An answer of {bytes} bytes is too short: it needs {mark + tail.Length}.");
        }

        return new UpstreamBody(answer.AsMemory(0, mark), padding, tail);
    }

    public UpstreamBody FirstHalf() => Padding > 0 ? this with { Tail = default } : new UpstreamBody(Head[..(Head.Length / 2)]);

    /// <summary>Writes and flushes the first <paramref name="count"/> bytes.</summary>
    public async Task WriteAsync(Stream to, long count, CancellationToken cancellationToken)
    {
        count = await WritePartAsync(to, Head, count, cancellationToken);
        for (var left = Padding; left > 0 && count > 0; left -= Filler.Length)
        {
            count = await WritePartAsync(to, Filler.AsMemory(0, (int)Math.Min(left, Filler.Length)), count, cancellationToken);
        }

        await WritePartAsync(to, Tail, count, cancellationToken);
        await to.FlushAsync(cancellationToken);
    }

    private static async Task<long> WritePartAsync(
        Stream to, ReadOnlyMemory<byte> part, long count, CancellationToken cancellationToken)
    {
        var length = (int)Math.Min(part.Length, count);
        await to.WriteAsync(part[..length], cancellationToken);
        return count - length;
    }
}
