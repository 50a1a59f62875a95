using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;

namespace LlmGateway.Datasets.Versions;

/// <summary>
/// Names items and versions by what they say. An item's hash is the SHA-256 of the <see cref="CanonicalJson"/> of
/// <c>{"id","input","metadata","reference","rejected","split"}</c>, absent members left out; a version's is the SHA-256 of its
/// items' hashes one after another.
/// </summary>
internal sealed class ItemHash : IDisposable
{
    private readonly CanonicalJson _json = new();
    private readonly IncrementalHash _version = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>SHA-256 of an input alone.</summary>
    public byte[] OfInput(JsonElement input) => SHA256.HashData(_json.Of(input));

    /// <summary>A hash that inputs share whose texts differ only in case and white space.</summary>
    public UInt128 OfNormalisedInput(JsonElement input) => BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(_json.OfNormalised(input)));

    /// <summary>The hash of an item, which goes into the version's as the next one.</summary>
    public byte[] Add(string id, string? split, ItemDraft item)
    {
        var hash = SHA256.HashData(_json.Of(
            ("id", TextOf(id)),
            ("input", item.Input),
            ("metadata", item.Metadata),
            ("reference", item.Reference),
            ("rejected", item.Rejected),
            ("split", split is null ? null : TextOf(split))));
        _version.AppendData(hash);
        return hash;
    }

    /// <summary>The version's, of all items so far, in lower-case hex.</summary>
    public string OfVersion() => Convert.ToHexStringLower(_version.GetCurrentHash());

    public void Dispose()
    {
        _json.Dispose();
        _version.Dispose();
    }

    private static JsonElement TextOf(string text) => JsonSerializer.SerializeToElement(text, DatasetsJsonContext.Default.String);
}
