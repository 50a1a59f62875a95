using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LlmGateway.Gateway.Requests;

namespace LlmGateway.Gateway.Caching;

/// <summary>
/// Identity of a request: SHA-256 over a version, the project, the operation, the model that answers, the caller's
/// namespace, and every token of the body but those that cannot change the answer. White space does not count.
/// </summary>
internal readonly record struct CacheKey(UInt128 High, UInt128 Low)
{
    private const string Version = "1";

    public static CacheKey Compute(
        ReadOnlySpan<byte> body, RequestScan scan, string projectId, Operation operation, string model, string cacheNamespace)
    {
        var prefix = $"{Version}\n{projectId}\n{operation.Name}\n{model}\n{cacheNamespace}\n";
        var rented = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(prefix.Length) + (body.Length * 2));
        try
        {
            var length = Encoding.UTF8.GetBytes(prefix, rented);
            length += WriteTokens(body, scan, rented.AsSpan(length));
            Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(rented.AsSpan(0, length), digest);
            return new CacheKey(BitConverter.ToUInt128(digest), BitConverter.ToUInt128(digest[16..]));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Each token as its kind and its raw text; two requests with the same tokens are the same request.</summary>
    private static int WriteTokens(ReadOnlySpan<byte> body, RequestScan scan, Span<byte> target)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = RequestScanner.MaxDepth });
        var length = 0;
        while (reader.Read())
        {
            if (reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.PropertyName && IsLeftOut(scan, (int)reader.TokenStartIndex))
            {
                reader.Skip();
                continue;
            }

            target[length++] = (byte)reader.TokenType;
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName or JsonTokenType.Number)
            {
                reader.ValueSpan.CopyTo(target[length..]);
                length += reader.ValueSpan.Length;
            }
        }

        return length;
    }

    private static bool IsLeftOut(RequestScan scan, int start)
    {
        foreach (var range in scan.NotInCacheKey)
        {
            if (range.Start == start)
            {
                return true;
            }
        }

        // The caller's name for the model: an alias and its target are one model, and that is in the prefix.
        return start == scan.ModelName;
    }
}
