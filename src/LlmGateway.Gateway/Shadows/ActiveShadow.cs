using System.IO.Hashing;
using System.Text;
using LlmGateway.Gateway.Variants;

namespace LlmGateway.Gateway.Shadows;

/// <summary>A shadow as requests see it.</summary>
internal sealed class ActiveShadow(Shadow row)
{
    private readonly long _seed = (long)XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(row.Id));
    private readonly double _share = row.Share;
    private readonly long _until = row.ExpiresAt ?? long.MaxValue;

    public string Id { get; } = row.Id;

    public string ProjectId { get; } = row.ProjectId;

    public string Name { get; } = row.Name;

    public string Model { get; } = row.Model;

    public CallVariant Candidate { get; } = CallVariant.Read(row.Candidate);

    /// <summary>
    /// Whether a call is drawn, by a hash of both ids: every look at it says the same, and a call that is drawn at one share is
    /// drawn at every higher one.
    /// </summary>
    public bool Draws(Guid call, DateTimeOffset now)
    {
        Span<byte> bytes = stackalloc byte[16];
        call.TryWriteBytes(bytes);
        return (XxHash3.HashToUInt64(bytes, _seed) >> 11) / (double)(1UL << 53) < _share && now.ToUnixTimeSeconds() < _until;
    }
}
