using LlmGateway.Evaluation.Runs;

namespace LlmGateway.Evaluation.Insights;

/// <summary>Whether an item passed by the criteria that are explained.</summary>
internal static class Verdict
{
    /// <summary>Null for an error, and where no criterion had an opinion.</summary>
    public static bool? Of(IReadOnlyList<ItemResult> results, IReadOnlyList<string> criteria)
    {
        var judged = results.Where(result => criteria.Contains(result.Name)).ToList();
        return judged.Exists(result => result.Error is not null) || judged.TrueForAll(result => result.Passed is null)
            ? null
            : judged.TrueForAll(result => result.Passed is not false);
    }
}
