using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace LlmGateway.Datasets.Versions;

/// <summary>
/// Gives drafts their places and their names before anything is done to them: so an item has the same id in a version that was curated
/// and in one that was not, and one that is left out is told by it.
/// </summary>
internal static class ItemNames
{
    private const int IdHexDigits = 24;

    /// <summary>The source's id; else one made from the input, and numbered where the input comes again.</summary>
    public static async IAsyncEnumerable<ItemDraft> NamedAsync(this IAsyncEnumerable<ItemDraft> drafts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var hash = new ItemHash();
        var repeats = new Dictionary<UInt128, int>();
        var place = 0;
        await foreach (var draft in drafts.WithCancellation(cancellationToken))
        {
            yield return draft with { Place = place++, Id = draft.Id ?? IdOf(hash.OfInput(draft.Input), repeats) };
        }
    }

    /// <summary>The id of an item that is named by its input alone.</summary>
    /// <param name="inputHash">Of its input.</param>
    public static string IdOf(byte[] inputHash) => $"item_{Convert.ToHexStringLower(inputHash)[..IdHexDigits]}";

    private static string IdOf(byte[] inputHash, Dictionary<UInt128, int> repeats)
    {
        var key = BinaryPrimitives.ReadUInt128BigEndian(inputHash);
        var earlier = repeats[key] = repeats.GetValueOrDefault(key, -1) + 1;
        return earlier == 0 ? IdOf(inputHash) : string.Create(CultureInfo.InvariantCulture, $"{IdOf(inputHash)}_{earlier + 1}");
    }
}
