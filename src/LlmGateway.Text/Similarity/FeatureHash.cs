namespace LlmGateway.Text.Similarity;

/// <summary>A hash of a feature that is the same in every process and version (FNV-1a, 32 bits, with a final mix).</summary>
public static class FeatureHash
{
    /// <summary>The hash; <paramref name="kind"/> keeps features of different kinds apart.</summary>
    public static uint Of(ReadOnlySpan<char> feature, char kind)
    {
        var hash = (2166136261u ^ kind) * 16777619u;
        foreach (var c in feature)
        {
            hash = (hash ^ c) * 16777619u;
        }
        // FNV's low bits are weak on short strings: the finalizer of MurmurHash3.
        hash = (hash ^ (hash >> 16)) * 0x85EBCA6Bu;
        hash = (hash ^ (hash >> 13)) * 0xC2B2AE35u;
        return hash ^ (hash >> 16);
    }
}
