using LlmGateway.Console.Evals;
using LlmGateway.Console.Parts;

namespace LlmGateway.Console.Prompts;

/// <summary>What a comparison says of a change, in words.</summary>
/// <param name="Kind"><c>better</c>, <c>worse</c>, <c>mixed</c> or <c>open</c>.</param>
/// <param name="Sentence">For whoever decides.</param>
/// <param name="Remarks">What they should know beside it.</param>
public sealed record TrialVerdict(string Kind, string Sentence, IReadOnlyList<string> Remarks)
{
    public bool IsBetter => Kind == "better";

    public bool IsWorse => Kind is "worse" or "mixed";

    public static TrialVerdict Of(ComparedRun baseline, Candidate candidate, int from, int to)
    {
        var better = candidate.Results.Where(result => result.IsBetter).ToList();
        var worse = candidate.Results.Where(result => result.IsWorse).ToList();
        var (kind, sentence) = (better.Count, worse.Count) switch
        {
            ( > 0, 0) => ("better", $"Version {to} is better than version {from}: {Read(better)}."),
            (0, > 0) => ("worse", $"Version {to} is worse than version {from}: {Read(worse)}. Deploying it is not advised."),
            ( > 0, > 0) => ("mixed", $"Version {to} is better than version {from} by one measure and worse by another: {Read([.. better, .. worse])}."),
            _ => ("open", Open(candidate, from, to)),
        };
        return new TrialVerdict(kind, sentence, [.. Remark(baseline, candidate, from, to)]);
    }

    private static string Read(IReadOnlyList<CriterionComparison> results) => string.Join("; ", results.Select(result =>
        $"{result.TestingCriteria} {result.Difference.Read(Measured.Difference)} on {Figures.Count(result.Pairs)} items"));

    private static string Open(Candidate candidate, int from, int to)
    {
        var pairs = candidate.Results.Select(result => result.Pairs).DefaultIfEmpty().Max();
        if (pairs == 0)
        {
            return $"Nothing can be said of version {to}: no item has a score in both runs.";
        }

        var needed = candidate.Results.Select(result => result.ItemsNeeded).OfType<int>().DefaultIfEmpty().Min();
        return $"No difference between version {to} and version {from} is shown on {Figures.Count(pairs)} items, which does not make them equal."
            + (needed > pairs ? $" About {Figures.Count(needed)} items would show one as large as the observed." : "");
    }

    private static IEnumerable<string> Remark(ComparedRun baseline, Candidate candidate, int from, int to)
    {
        if (candidate.Run.Errored > baseline.Errored)
        {
            yield return $"Version {to} has errors on {Figures.Count(candidate.Run.Errored)} items, version {from} on {Figures.Count(baseline.Errored)}; such items are left out of the figures.";
        }

        if (candidate.Results.Max(result => (int?)result.LeftOut.Count) is > 0 and var left)
        {
            yield return $"{Figures.Count(left)} items are left out, for an error or no opinion in one of the runs.";
        }

        if (candidate.CostUsd is { Difference: { Low: > 0 } cost })
        {
            yield return $"It costs more: {Figures.Usd(cost.Value)} an item.";
        }

        if (candidate.LatencyMs is { Difference: { Low: > 0 } latency })
        {
            yield return $"It takes longer: {Figures.Milliseconds(latency.Value)} an item.";
        }
    }
}
