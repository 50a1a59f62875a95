using LlmGateway.Text.Tokens;

namespace LlmGateway.Gateway.Retrieval;

/// <summary>Takes the best passages that fit a number of tokens.</summary>
internal static class ContextBudget
{
    /// <summary>A long passage that does not fit leaves its room to shorter ones behind it.</summary>
    public static (IReadOnlyList<Passage> Passages, IReadOnlyList<Passage> LeftOut) Fit(IEnumerable<Passage> ranked, int maxTokens, string model)
    {
        var counter = TokenCounter.ForModel(model);
        var (taken, leftOut, used) = (new List<Passage>(), new List<Passage>(), 0L);
        foreach (var passage in ranked)
        {
            var counted = passage with { Tokens = counter.Count(PassageText.Write(passage, taken.Count + 1)) };
            var fits = used + counted.Tokens <= maxTokens;
            (fits ? taken : leftOut).Add(counted);
            used += fits ? counted.Tokens : 0;
        }

        return (taken, leftOut);
    }
}
