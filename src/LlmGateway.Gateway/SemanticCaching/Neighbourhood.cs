using LlmGateway.Gateway.Caching;
using LlmGateway.Gateway.Recording;
using LlmGateway.Gateway.SemanticCaching.Caches;
using LlmGateway.Gateway.SemanticCaching.Entries;
using LlmGateway.Gateway.SemanticCaching.Precision;

namespace LlmGateway.Gateway.SemanticCaching;

/// <summary>The stored questions around a question.</summary>
internal static class Neighbourhood
{
    /// <summary>
    /// Whether a question nearly as near as the nearest one has another answer. Similarity alone does not tell "When will my card
    /// arrive?" from "How long does delivery take?"; that both are about as near does.
    /// </summary>
    /// <param name="matches">The nearest first.</param>
    /// <param name="policy">With the margin, and what makes answers the same.</param>
    public static bool IsContested(IReadOnlyList<SemanticMatch> matches, SemanticCachePolicy policy)
    {
        if (policy.Margin == 0 || matches.Count < 2)
        {
            return false;
        }

        var nearest = TextOf(matches[0]);
        return matches.Skip(1).TakeWhile(match => matches[0].Similarity - match.Similarity < policy.Margin)
            .Any(match => nearest is null || TextOf(match) is not { } other || !ExactAnswers.AreSame(nearest, other, policy.Judge.Field));
    }

    private static string? TextOf(SemanticMatch match) =>
        CachedAnswerCodec.Read(match.Entry.Answer) is { } answer && AnswerText.TryRead(answer.Json, out var text) ? text : null;
}
