using System.Numerics;

namespace LlmGateway.Statistics;

/// <summary>
/// What each of several changes was worth, where every combination of them was measured: L. S. Shapley, A value for n-person games
/// (1953). The mean, over all orders in which they could be made, of what a change added when its turn came; the values add up
/// to the effect of all changes together.
/// </summary>
public static class Shapley
{
    /// <summary>Beyond it there are more than a million combinations.</summary>
    public const int MaxChanges = 20;

    /// <summary>Σ over the combinations S without the change: |S|! (n − |S| − 1)! / n! · (v(S with it) − v(S)).</summary>
    /// <param name="changes">How many there are, n.</param>
    /// <param name="change">Which one, from 0.</param>
    public static Contrast Value(int changes, int change)
    {
        Check(changes, change);
        var bit = 1 << change;
        return Contrast.Of(Combinations(changes, bit).SelectMany(without =>
        {
            var weight = Weight(BitOperations.PopCount((uint)without), changes - 1) / changes;
            return new[] { (without | bit, weight), (without, -weight) };
        }));
    }

    /// <summary>
    /// How much more two changes are worth together than apart: the interaction index of M. Grabisch and M. Roubens, An axiomatic
    /// approach to the concept of interaction among players in cooperative games (1999). Above 0 they help each other, below 0 they
    /// do the same work.
    /// </summary>
    /// <inheritdoc cref="Value"/>
    /// <param name="changes">How many there are.</param>
    /// <param name="first">One of the two, from 0.</param>
    /// <param name="second">The other.</param>
    public static Contrast Interaction(int changes, int first, int second)
    {
        Check(changes, first);
        Check(changes, second);
        ArgumentOutOfRangeException.ThrowIfEqual(first, second);
        var (a, b) = (1 << first, 1 << second);
        return Contrast.Of(Combinations(changes, a | b).SelectMany(without =>
        {
            var weight = Weight(BitOperations.PopCount((uint)without), changes - 2) / (changes - 1);
            return new[] { (without | a | b, weight), (without | a, -weight), (without | b, -weight), (without, weight) };
        }));
    }

    /// <summary>All combinations that have none of the excluded changes.</summary>
    private static IEnumerable<int> Combinations(int changes, int excluded) => Enumerable.Range(0, 1 << changes).Where(set => (set & excluded) == 0);

    /// <summary>One over the number of sets of this size among the others.</summary>
    private static double Weight(int size, int others) =>
        Math.Exp(Binomial.LogFactorial(size) + Binomial.LogFactorial(others - size) - Binomial.LogFactorial(others));

    private static void Check(int changes, int change)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(changes, MaxChanges);
        ArgumentOutOfRangeException.ThrowIfNegative(change);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(change, changes);
    }
}
