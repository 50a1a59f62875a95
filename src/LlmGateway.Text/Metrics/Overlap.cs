using System.Runtime.InteropServices;

namespace LlmGateway.Text.Metrics;

/// <summary>How many n-grams two texts share.</summary>
/// <param name="Shared">Each n-gram counts as often as the text has it that has it less often.</param>
/// <param name="OfCandidate">N-grams of the candidate.</param>
/// <param name="OfReference">N-grams of the reference.</param>
internal readonly record struct Overlap(int Shared, int OfCandidate, int OfReference)
{
    public static Overlap Count(IReadOnlyList<string> candidate, IReadOnlyList<string> reference, int n)
    {
        var counts = new Dictionary<string, int>();
        foreach (var gram in Grams(reference, n))
        {
            CollectionsMarshal.GetValueRefOrAddDefault(counts, gram, out _)++;
        }

        var shared = 0;
        foreach (var gram in Grams(candidate, n))
        {
            ref var left = ref CollectionsMarshal.GetValueRefOrNullRef(counts, gram);
            if (!System.Runtime.CompilerServices.Unsafe.IsNullRef(ref left) && left > 0)
            {
                left--;
                shared++;
            }
        }

        return new Overlap(shared, Math.Max(0, candidate.Count - n + 1), Math.Max(0, reference.Count - n + 1));
    }

    /// <summary>The harmonic mean of precision and recall; zero when nothing is shared.</summary>
    public double F1 => Shared == 0 ? 0 : 2.0 * Shared / (OfCandidate + OfReference);

    // Tokens are letters and digits, so a space separates them for sure.
    private static IEnumerable<string> Grams(IReadOnlyList<string> tokens, int n)
    {
        for (var start = 0; start + n <= tokens.Count; start++)
        {
            yield return n == 1 ? tokens[start] : string.Join(' ', tokens.Skip(start).Take(n));
        }
    }
}
