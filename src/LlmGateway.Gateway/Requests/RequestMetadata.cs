using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Requests;

/// <summary>Tags of a call: the body's <c>metadata</c>, and <c>x-llmgateway-metadata-&lt;key&gt;</c> headers for callers that cannot set it.</summary>
internal static class RequestMetadata
{
    private const string HeaderPrefix = "x-llmgateway-metadata-";
    private const int MaxPairs = 16;
    private const int MaxKeyLength = 64;
    private const int MaxValueLength = 512;

    public static IReadOnlyDictionary<string, string>? Merge(Dictionary<string, string>? body, IHeaderDictionary headers)
    {
        Dictionary<string, string>? merged = body;
        foreach (var (name, value) in headers)
        {
            if (!name.StartsWith(HeaderPrefix, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            var key = name[HeaderPrefix.Length..].ToLowerInvariant();
            Check(key, value.ToString());
            merged ??= new(StringComparer.Ordinal);
            merged.TryAdd(key, value.ToString());
        }

        return merged is { Count: > MaxPairs }
            ? throw new ApiException(ApiErrors.BadRequest($"'metadata' and its headers may hold at most {MaxPairs} pairs together.", "metadata"))
            : merged;
    }

    /// <exception cref="ApiException">400 when a key is over 64 characters or a value over 512.</exception>
    public static void Check(string key, string value)
    {
        if (key.Length is 0 or > MaxKeyLength)
        {
            throw new ApiException(ApiErrors.BadRequest($"Keys of 'metadata' must have 1 to {MaxKeyLength} characters.", "metadata"));
        }

        if (value.Length > MaxValueLength)
        {
            throw new ApiException(ApiErrors.BadRequest($"Values of 'metadata' may have at most {MaxValueLength} characters.", $"metadata.{key}"));
        }
    }
}
