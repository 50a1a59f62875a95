using System.Buffers;

namespace LlmGateway.Text.NearDuplicates;

/// <summary>
/// A text's runs of five characters, as hashes. White space of any length is one blank, one stands before and behind the text, and
/// letters are lower-case; all else, punctuation too, counts. Five is what A. Rajaraman and J. Ullman give for short texts (Mining of
/// Massive Datasets, section 3.2.2): likeness by characters needs no words, so it holds for every script and for a single typo.
/// </summary>
internal static class Shingles
{
    public const int Length = 5;

    /// <summary>The distinct hashes in ascending order. Two different runs share one with a probability of 2^-32.</summary>
    public static uint[] Of(string text)
    {
        var normal = ArrayPool<char>.Shared.Rent(text.Length + 2);
        try
        {
            var length = Normalize(text, normal);
            return HashesOf(normal.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<char>.Shared.Return(normal);
        }
    }

    /// <returns>How many characters of <paramref name="normal"/> are the text.</returns>
    private static int Normalize(string text, char[] normal)
    {
        normal[0] = ' ';
        var length = 1;
        foreach (var letter in text)
        {
            if (!char.IsWhiteSpace(letter))
            {
                normal[length++] = char.ToLowerInvariant(letter);
            }
            else if (normal[length - 1] != ' ')
            {
                normal[length++] = ' ';
            }
        }

        if (normal[length - 1] != ' ')
        {
            normal[length++] = ' ';
        }

        return length;
    }

    private static uint[] HashesOf(ReadOnlySpan<char> text)
    {
        var count = Math.Max(1, text.Length - Length + 1);
        var hashes = new uint[count];
        for (var start = 0; start < count; start++)
        {
            hashes[start] = Hash(text.Slice(start, Math.Min(Length, text.Length)));
        }

        Array.Sort(hashes);
        var distinct = 1;
        for (var index = 1; index < count; index++)
        {
            if (hashes[index] != hashes[distinct - 1])
            {
                hashes[distinct++] = hashes[index];
            }
        }

        return distinct == count ? hashes : hashes[..distinct];
    }

    /// <summary>The run's characters one after another, as Fowler, Noll and Vo's FNV-1a has it for 64 bits, and MurmurHash3's finalizer (A. Appleby, fmix64).</summary>
    private static uint Hash(ReadOnlySpan<char> run)
    {
        var hash = 14695981039346656037UL;
        foreach (var letter in run)
        {
            hash = (hash ^ letter) * 1099511628211UL;
        }

        hash = (hash ^ (hash >> 33)) * 0xFF51AFD7ED558CCDUL;
        hash = (hash ^ (hash >> 33)) * 0xC4CEB9FE1A85EC53UL;
        return (uint)(hash ^ (hash >> 33));
    }
}
