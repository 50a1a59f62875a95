using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json.Serialization;
using LlmGateway.Service;

namespace LlmGateway.Datasets.Versions.Sources;

/// <summary>
/// A part of the calls that pass, chosen by a hash of the seed and of each call's id: the same calls for the same seed, and with
/// more calls the ones that were chosen by a share stay chosen.
/// </summary>
/// <param name="Size">How many, 1 to 500,000; or:</param>
/// <param name="Share">Which part, above 0 and up to 1.</param>
/// <param name="Seed">Another seed chooses others; 0 by default.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record CallSample(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Size,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Share,
    long Seed = 0)
{
    private const int IdBytes = 16;

    /// <exception cref="ApiException">It has both, neither, or one out of range (400).</exception>
    public void Check(string param)
    {
        if (Size is null == Share is null)
        {
            throw new ApiException(ApiErrors.BadRequest($"Invalid '{param}': expected one of 'size' and 'share'.", param));
        }

        if (Size is < 1 or > VersionRequest.MaxItems)
        {
            throw new ApiException(ApiErrors.BadRequest($"Invalid '{param}.size': expected an integer from 1 to {VersionRequest.MaxItems}.", $"{param}.size"));
        }

        if (Share is not (null or (> 0 and <= 1)))
        {
            throw new ApiException(ApiErrors.BadRequest($"Invalid '{param}.share': expected a number above 0 and up to 1.", $"{param}.share"));
        }
    }

    /// <summary>How many of so many calls it takes; of a share it tells the expectation.</summary>
    public long Of(long calls) => Size is { } size ? Math.Min(size, calls) : (long)Math.Round(calls * Share!.Value);

    /// <summary>Those of the ids that are chosen, in their order. Of a size, so many are in memory.</summary>
    public IAsyncEnumerable<Guid> Apply(IAsyncEnumerable<Guid> ids) => Size is { } size ? LowestAsync(ids, size) : ids.Where(id => PlaceOf(id) < Share!.Value);

    /// <summary>The ids with the lowest places, in their own order again.</summary>
    private async IAsyncEnumerable<Guid> LowestAsync(IAsyncEnumerable<Guid> ids, int size, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // The highest place comes out first.
        var lowest = new PriorityQueue<Guid, double>();
        await foreach (var id in ids.WithCancellation(cancellationToken))
        {
            if (lowest.Count < size)
            {
                lowest.Enqueue(id, -PlaceOf(id));
            }
            else
            {
                lowest.EnqueueDequeue(id, -PlaceOf(id));
            }
        }

        foreach (var id in lowest.UnorderedItems.Select(item => item.Element).Order())
        {
            yield return id;
        }
    }

    /// <summary>From 0 to 1, as good as random.</summary>
    private double PlaceOf(Guid id)
    {
        Span<byte> key = stackalloc byte[sizeof(long) + IdBytes];
        BinaryPrimitives.WriteInt64BigEndian(key, Seed);
        id.TryWriteBytes(key[sizeof(long)..], bigEndian: true, out _);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(key, hash);
        return (BinaryPrimitives.ReadUInt64BigEndian(hash) >> 11) / (double)(1UL << 53);
    }
}
