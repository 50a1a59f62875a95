using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;

namespace LlmGateway.Benchmarks.Gateway.Load;

/// <summary>
/// An HTTP/1.1 client that does next to nothing, as it shares the processors with what it measures: it sends bytes made
/// beforehand and looks for the end of the answer. One request at a time.
/// </summary>
internal sealed class RawConnection : IDisposable
{
    private const int HeaderLimit = 16 * 1024;
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[HeaderLimit];
    private int _kept;

    public static async Task<RawConnection> OpenAsync(int port)
    {
        var connection = new RawConnection();
        await connection._socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
        return connection;
    }

    public async ValueTask SendAsync(ReadOnlyMemory<byte> request)
    {
        while (request.Length > 0)
        {
            request = request[await _socket.SendAsync(request)..];
        }
    }

    /// <summary>Sends on the calling thread, which spares a hop when the send is due now.</summary>
    public void Send(ReadOnlySpan<byte> request)
    {
        while (request.Length > 0)
        {
            request = request[_socket.Send(request)..];
        }
    }

    /// <summary>Reads a whole answer and returns its status.</summary>
    /// <exception cref="IOException">The connection ended before the answer did.</exception>
    public async ValueTask<int> ReceiveAsync()
    {
        var (status, bodyAt, read, length) = await ReceiveHeadersAsync();
        if (length is { } bytes)
        {
            for (var left = bytes - (read - bodyAt); left > 0;)
            {
                left -= await ReceiveAsync(_buffer);
            }

            return status;
        }
        _kept = KeepTail(bodyAt, read);
        await ReceiveRestAsync();
        return status;
    }

    /// <summary>Reads until the first bytes of a chunked body have come.</summary>
    public async ValueTask<int> ReceiveFirstChunkAsync()
    {
        var (status, bodyAt, read, _) = await ReceiveHeadersAsync();
        if (read == bodyAt)
        {
            (bodyAt, read) = (0, await ReceiveAsync(_buffer));
        }

        _kept = read - bodyAt;
        _buffer.AsSpan(bodyAt, _kept).CopyTo(_buffer);
        return status;
    }

    /// <summary>Reads the rest of a chunked body. It ends with the last chunk's bytes, as nothing is pipelined after it.</summary>
    public async ValueTask ReceiveRestAsync()
    {
        while (!_buffer.AsSpan(0, _kept).EndsWith("0\r\n\r\n"u8))
        {
            _kept = KeepTail(0, _kept + await ReceiveAsync(_buffer.AsMemory(_kept)));
        }
    }

    /// <summary>Reads the rest of a <see cref="StampedStream"/>, and adds each chunk's delay in microseconds.</summary>
    public async ValueTask ReceiveRestStampsAsync(List<double> delays)
    {
        while (!_buffer.AsSpan(0, _kept).EndsWith("0\r\n\r\n"u8))
        {
            var from = StampedStream.Read(_buffer.AsSpan(0, _kept), delays);
            _buffer.AsSpan(from, _kept - from).CopyTo(_buffer);
            _kept -= from;
            _kept += await ReceiveAsync(_buffer.AsMemory(_kept));
        }

        StampedStream.Read(_buffer.AsSpan(0, _kept), delays);
    }

    public void Dispose() => _socket.Dispose();

    private async ValueTask<(int Status, int BodyAt, int Read, long? Length)> ReceiveHeadersAsync()
    {
        var read = 0;
        while (true)
        {
            read += await ReceiveAsync(_buffer.AsMemory(read));
            var end = _buffer.AsSpan(0, read).IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                return (Status(), end + 4, read, ContentLength(_buffer.AsSpan(0, end + 2)));
            }
        }
    }

    private int Status() => Utf8Parser.TryParse(_buffer.AsSpan(9, 3), out int status, out _) ? status : 0;

    private static long? ContentLength(ReadOnlySpan<byte> headers)
    {
        var at = headers.IndexOf("\r\nContent-Length: "u8);
        return at >= 0 && Utf8Parser.TryParse(headers[(at + 18)..], out long length, out _) ? length : null;
    }

    private int KeepTail(int from, int end)
    {
        var start = Math.Max(from, end - 5);
        _buffer.AsSpan(start, end - start).CopyTo(_buffer);
        return end - start;
    }

    private async ValueTask<int> ReceiveAsync(Memory<byte> into)
    {
        var count = await _socket.ReceiveAsync(into);
        return count > 0 ? count : throw new IOException("The server closed the connection before the answer's end.");
    }
}
