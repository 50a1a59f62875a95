using LlmGateway.Text.Metrics;

namespace LlmGateway.Retrieval.Evaluations;

/// <summary>What one search of an evaluation brought.</summary>
/// <param name="Scores">By <see cref="EvaluationPlan.Metrics"/>; null where there is nothing to find, or no passages were judged.</param>
/// <param name="RelevantRanks">Ranks of the relevant files that were found, from 1.</param>
/// <param name="Files">The first ten files.</param>
/// <param name="LatencyMicros">From the query to the ranking, with the calls of models that the configuration makes.</param>
/// <param name="CostUsd">What these calls cost; null where a price is not known.</param>
internal sealed record SearchOutcome(
    IReadOnlyList<double?> Scores, IReadOnlyList<int> RelevantRanks, IReadOnlyList<string> Files, long LatencyMicros, decimal? CostUsd)
{
    private const int FilesKept = 10;

    /// <summary>Scores a ranking. Documents are files: several passages of one count once, at their best rank.</summary>
    /// <param name="query">What should be found.</param>
    /// <param name="passages">The ranking, best first.</param>
    /// <param name="cuts">The depths, in files for measures of files, and in passages for those of text.</param>
    /// <param name="latencyMicros">How long the search took.</param>
    /// <param name="costUsd">What it cost.</param>
    public static SearchOutcome Of(
        JudgedQuery query, IReadOnlyList<(DocumentSpan Span, double Score)> passages, IReadOnlyList<int> cuts, long latencyMicros, decimal? costUsd)
    {
        var (gains, wanted) = (query.Gains(), query.Passages());
        var files = TrecOrder.OfShown(passages.Select(passage => (passage.Span.Document, passage.Score)));
        var list = RankedList.Score(files, gains);
        List<double?> scores = [list?.ReciprocalRank, list?.AveragePrecision, list?.RPrecision];
        foreach (var k in cuts)
        {
            var first = RankedIds.Score(files, gains, k);
            var text = SpanOverlap.Score(wanted, [.. passages.Take(k).Select(passage => passage.Span)]);
            scores.AddRange([first?.Precision, first?.Recall, first?.Hit, first?.Ndcg, text?.Recall, text?.Precision, text?.Iou]);
        }

        int[] ranks = [.. files.Index().Where(file => gains.GetValueOrDefault(file.Item) > 0).Select(file => file.Index + 1)];
        return new SearchOutcome(scores, ranks, [.. files.Take(FilesKept)], latencyMicros, costUsd);
    }
}
