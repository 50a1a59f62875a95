using System.Buffers;
using LlmGateway.Gateway.Forwarding;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Requests;

/// <summary>Bytes in one rented array; given back on dispose.</summary>
internal sealed class PooledBody : IDisposable
{
    private const int InitialSize = 16 << 10;
    private byte[] _buffer = [];

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Memory => _buffer.AsMemory(0, Length);

    public ReadOnlySpan<byte> Span => _buffer.AsSpan(0, Length);

    /// <summary>Reads a stream to its end.</summary>
    /// <param name="source">What to read.</param>
    /// <param name="expected">Its length if known: nothing is asked for behind it.</param>
    /// <param name="limit">Bytes at most.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <param name="timer">Told of each piece that comes; null for none.</param>
    /// <returns>False if there was more than <paramref name="limit"/>; what was read up to there is kept.</returns>
    public async ValueTask<bool> FillAsync(Stream source, long? expected, int limit, CancellationToken cancellationToken, CallTimer? timer = null)
    {
        Grow((int)Math.Min(expected ?? InitialSize, (long)limit + 1));
        while (Length != expected)
        {
            if (Length == _buffer.Length)
            {
                Grow((int)Math.Min(_buffer.Length * 2L, (long)limit + 1));
            }

            var room = Math.Min(_buffer.Length, limit + 1) - Length;
            if (room <= 0)
            {
                return false;
            }

            var count = await source.ReadAsync(_buffer.AsMemory(Length, room), cancellationToken);
            if (count == 0)
            {
                return true;
            }

            Length += count;
            timer?.Reset();
        }

        return true;
    }

    /// <summary>Appends, up to <paramref name="limit"/> bytes in all; the rest is dropped.</summary>
    public void Append(ReadOnlySpan<byte> bytes, int limit)
    {
        var count = Math.Min(bytes.Length, limit - Length);
        if (count <= 0)
        {
            return;
        }

        if (Length + count > _buffer.Length)
        {
            Grow(Math.Max(Length + count, Math.Max(InitialSize, _buffer.Length * 2)));
        }

        bytes[..count].CopyTo(_buffer.AsSpan(Length));
        Length += count;
    }

    public void Dispose()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        _buffer = [];
        Length = 0;
    }

    /// <summary>The request's body.</summary>
    /// <exception cref="ApiException">413 when it is over the limit.</exception>
    public static async ValueTask<PooledBody> ReadAsync(HttpRequest request, int limit)
    {
        if (request.ContentLength > limit)
        {
            throw TooLarge(limit);
        }

        var body = new PooledBody();
        try
        {
            return await body.FillAsync(request.Body, request.ContentLength, limit, request.HttpContext.RequestAborted)
                ? body
                : throw TooLarge(limit);
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    private void Grow(int size)
    {
        var larger = ArrayPool<byte>.Shared.Rent(size);
        Span.CopyTo(larger);
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        _buffer = larger;
    }

    private static ApiException TooLarge(int limit) => new(new ApiError(
        StatusCodes.Status413PayloadTooLarge, "request_too_large", $"The request body is over {limit} bytes (Gateway:MaxRequestBytes)."));
}
