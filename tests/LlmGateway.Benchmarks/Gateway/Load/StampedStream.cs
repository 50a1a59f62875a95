using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace LlmGateway.Benchmarks.Gateway.Load;

/// <summary>
/// A stream whose chunks carry the moment when they were sent, by the clock that all processes of a machine share: what lies between
/// there and here is the way's.
/// </summary>
internal static class StampedStream
{
    /// <summary>In a request it asks for such a stream; in a chunk the moment follows.</summary>
    public const string Mark = "stamp:";

    /// <summary>As <see cref="Mark"/>, for chunks that follow one another faster.</summary>
    public const string QuickMark = Mark + "quick";

    private const int Digits = 19;
    private static readonly byte[] MarkBytes = Encoding.ASCII.GetBytes(Mark);

    /// <summary>The content of a chunk that is sent now.</summary>
    public static string Now() => Mark + Stopwatch.GetTimestamp().ToString($"D{Digits}", CultureInfo.InvariantCulture);

    /// <summary>Reads the delays of the stamps in some bytes into <paramref name="delays"/>, in microseconds.</summary>
    /// <returns>From where on a stamp may stand that is not whole yet.</returns>
    public static int Read(ReadOnlySpan<byte> bytes, List<double> delays)
    {
        var now = Stopwatch.GetTimestamp();
        var read = 0;
        while (bytes[read..].IndexOf(MarkBytes) is var at and >= 0)
        {
            var digits = bytes[(read + at + MarkBytes.Length)..];
            if (digits.Length < Digits)
            {
                return read + at;
            }

            if (!Utf8Parser.TryParse(digits[..Digits], out long sent, out _))
            {
                throw new InvalidDataException("A chunk's stamp is no number.");
            }

            delays.Add(Stopwatch.GetElapsedTime(sent, now).TotalMicroseconds);
            read += at + MarkBytes.Length + Digits;
        }

        return Math.Max(read, Math.Max(0, bytes.Length - MarkBytes.Length + 1));
    }
}
