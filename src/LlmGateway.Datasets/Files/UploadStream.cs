using System.Security.Cryptography;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Datasets.Files;

/// <summary>A file as it comes in: counted, hashed and bounded while it is read, and never held.</summary>
/// <param name="source">The file's part of the request.</param>
/// <param name="maxBytes">Most that it may have.</param>
internal sealed class UploadStream(Stream source, long maxBytes = UploadStream.MaxBytes) : Stream
{
    /// <summary>512 MB, as OpenAI has it.</summary>
    public const long MaxBytes = 512L << 20;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Bytes read so far.</summary>
    public long Count { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => Count;
        set => throw new NotSupportedException();
    }

    /// <summary>SHA-256 of what was read, in lower-case hex.</summary>
    public string Sha256() => Convert.ToHexStringLower(_hash.GetCurrentHash());

    /// <exception cref="ApiException">The file is too large (413), or breaks off (400).</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await ReadSourceAsync(buffer, cancellationToken);
        Count += read;
        if (Count > maxBytes)
        {
            throw new ApiException(new ApiError(
                StatusCodes.Status413PayloadTooLarge, "file_too_large", $"'file' is larger than {maxBytes} bytes.", "file"));
        }

        _hash.AppendData(buffer.Span[..read]);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("An upload is read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _hash.Dispose();
        base.Dispose(disposing);
    }

    private async ValueTask<int> ReadSourceAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await source.ReadAsync(buffer, cancellationToken);
        }
        catch (IOException exception) when (exception is not BadHttpRequestException)
        {
            // Told apart here from a failure to write, which is an IOException too.
            throw new ApiException(UploadForm.BrokenOff());
        }
    }
}
