namespace LlmGateway.Evaluation.Judges;

/// <summary>What most votes say.</summary>
internal static class Majority
{
    /// <summary>Whether there is a choice that more than half of the votes made, and which.</summary>
    public static bool TryFind<T>(IReadOnlyCollection<T> choices, out T choice)
    {
        var largest = choices.GroupBy(made => made).MaxBy(group => group.Count());
        choice = largest is null ? default! : largest.Key;
        return largest is not null && largest.Count() * 2 > choices.Count;
    }
}
