using CsCheck;
using LlmGateway.Text.Metrics;

namespace LlmGateway.Text.Tests;

/// <summary>Retrieval metrics against values worked out by hand, and what must hold of any ranking.</summary>
public sealed class RetrievalMetricTests
{
    private static readonly Dictionary<string, double> Relevance = new() { ["a"] = 2, ["b"] = 1, ["c"] = 1, ["x"] = 0 };

    private static readonly Gen<(List<string> Ranking, Dictionary<string, double> Relevance)> Rankings =
        Gen.Select(Gen.Int[0, 25].Select(number => $"d{number}").List[0, 30], Gen.Int[0, 3].Array[25])
            .Select((ranking, gains) => (ranking, gains.Index().ToDictionary(gain => $"d{gain.Index}", gain => (double)gain.Item)));

    [Fact]
    public void Measures_of_a_whole_list_are_the_hand_computed_ones()
    {
        // Relevant at ranks 1, 4 and never: AP = (1/1 + 2/4 + 0) / 3, R-precision = 1 of the first 3.
        var scores = RankedList.Score(["b", "x", "y", "a", "z"], Relevance)!;
        Assert.Equal(1.5 / 3, scores.AveragePrecision, 12);
        Assert.Equal(1, scores.ReciprocalRank);
        Assert.Equal(1.0 / 3, scores.RPrecision, 12);
    }

    /// <summary>
    /// The test set of trec_eval 9.0 itself (github.com/usnistgov/trec_eval, test/results.test, qrels.test and out.test.aq), topic 302: 500 retrieved, 77 relevant, of which
    /// 50 were retrieved, at these ranks. nDCG at 5 follows from the mean of its three topics, of which the others have none in the first five.
    /// </summary>
    [Fact]
    public void Values_are_those_that_trec_eval_publishes_to_four_decimals()
    {
        int[] ranks = [
            1, 2, 4, 5, 6, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19, 21, 22, 24, 27, 28, 30, 31, 34, 36, 37, 39, 42, 43, 44, 47, 48, 49, 50, 51, 53, 56, 58, 72, 79,
            82, 84, 116, 154, 289, 301, 331, 353, 394, 458];
        var retrieved = Enumerable.Range(1, 500).Select(rank => $"d{rank}").ToList();
        var relevance = ranks.Select(rank => $"d{rank}").Concat(Enumerable.Range(1, 27).Select(missed => $"missed{missed}")).ToDictionary(id => id, _ => 1.0);
        var list = RankedList.Score(retrieved, relevance)!;
        Assert.Equal(0.4175, list.AveragePrecision, 4);
        Assert.Equal(0.5065, list.RPrecision, 4);
        Assert.Equal(1, list.ReciprocalRank);
        foreach (var (k, precision, recall) in (ReadOnlySpan<(int, double, double)>)
            [(5, 0.8, 0.0519), (10, 0.7, 0.0909), (15, 0.8, 0.1558), (20, 0.8, 0.2078), (30, 0.7333, 0.2857), (100, 0.42, 0.5455), (500, 0.1, 0.6494)])
        {
            var cut = RankedIds.Score(retrieved, relevance, k)!;
            Assert.Equal(precision, cut.Precision, 4);
            Assert.Equal(recall, cut.Recall, 4);
        }

        Assert.Equal(0.2768, RankedIds.Score(retrieved, relevance, 5)!.Ndcg / 3, 4);
    }

    [Fact]
    public void Gain_is_the_relevance_and_the_discount_a_logarithm()
    {
        // (1/log2 2 + 2/log2 5) / (2/log2 2 + 1/log2 3 + 1/log2 4)
        var expected = (1 + (2 / Math.Log2(5))) / (2 + (1 / Math.Log2(3)) + 0.5);
        Assert.Equal(expected, RankedIds.Score(["b", "x", "y", "a", "z"], Relevance, 5)!.Ndcg, 12);
    }

    [Fact]
    public void A_document_that_comes_twice_counts_where_it_came_first() =>
        Assert.Equal(RankedList.Score(["a", "b", "y"], Relevance), RankedList.Score(["a", "a", "b", "a", "y"], Relevance));

    [Fact]
    public void Where_nothing_is_relevant_there_is_no_value() => Assert.Null(RankedList.Score(["a"], new Dictionary<string, double> { ["a"] = 0 }));

    [Fact]
    public void A_short_list_has_no_better_precision_for_it() =>
        Assert.Equal((0.2, 1.0 / 3), (RankedIds.Score(["a"], Relevance, 5)!.Precision, RankedList.Score(["a"], Relevance)!.RPrecision));

    [Fact]
    public void The_order_is_that_of_scores_and_of_equal_ones_the_higher_id_first()
    {
        Assert.Equal(["d3", "d2", "d1"], TrecOrder.Of([("d1", 1), ("d2", 2), ("d3", 2), ("d1", 0.5)]));
        Assert.Equal(["d9", "d1", "d2"], TrecOrder.OfShown([("d9", 1), ("d9", 1), ("d1", 3), ("d2", 0.5)]));
        Assert.Equal(["d9", "d1", "d0"], TrecOrder.OfShown([("d1", 1), ("d9", 1), ("d1", 1), ("d0", 0.5)]));
    }

    [Fact]
    public void Every_measure_is_a_share_and_the_best_order_has_the_best_values() => Rankings.Sample(sample =>
    {
        if (RankedList.Score(sample.Ranking, sample.Relevance) is not { } scores)
        {
            return;
        }

        var cut = RankedIds.Score(sample.Ranking, sample.Relevance, 7)!;
        Assert.All([scores.AveragePrecision, scores.ReciprocalRank, scores.RPrecision, cut.Precision, cut.Recall, cut.Hit, cut.Ndcg], value => Assert.InRange(value, 0, 1 + 1e-12));
        var best = sample.Relevance.OrderByDescending(judged => judged.Value).Select(judged => judged.Key).ToList();
        Assert.Equal(new RankedList(1, 1, 1), RankedList.Score(best, sample.Relevance));
        Assert.Equal(1, RankedIds.Score(best, sample.Relevance, 7)!.Ndcg, 12);
    });

    [Fact]
    public void A_relevant_document_that_moves_up_never_lowers_a_value() => Rankings.Sample(sample =>
    {
        var ranking = sample.Ranking.Distinct().ToList();
        var place = ranking.FindLastIndex(id => sample.Relevance.GetValueOrDefault(id) == 1);
        if (place < 1 || sample.Relevance.GetValueOrDefault(ranking[place - 1]) > 0)
        {
            return;
        }

        List<string> better = [.. ranking[..(place - 1)], ranking[place], ranking[place - 1], .. ranking[(place + 1)..]];
        var (before, after) = (RankedList.Score(ranking, sample.Relevance)!, RankedList.Score(better, sample.Relevance)!);
        Assert.True(after.AveragePrecision > before.AveragePrecision && after.ReciprocalRank >= before.ReciprocalRank && after.RPrecision >= before.RPrecision);
        Assert.True(RankedIds.Score(better, sample.Relevance, 5)!.Ndcg >= RankedIds.Score(ranking, sample.Relevance, 5)!.Ndcg);
    });

    [Fact]
    public void Passages_are_measured_by_what_they_share_with_what_was_wanted()
    {
        // Wanted 10–20 and 15–30, which are 20 characters; 0–20 and 10–25 of the same document hold 15 of them, in 35.
        DocumentSpan[] wanted = [new("d", 10, 20), new("d", 15, 30)];
        var scores = SpanOverlap.Score(wanted, [new("d", 0, 20), new("d", 10, 25), new("other", 10, 30)])!;
        Assert.Equal(15.0 / 20, scores.Recall, 12);
        Assert.Equal(15.0 / 55, scores.Precision, 12);
        Assert.Equal(15.0 / (20 + 55 - 15), scores.Iou, 12);
        Assert.Equal(new SpanOverlap(0, 0, 0), SpanOverlap.Score(wanted, []));
        Assert.Null(SpanOverlap.Score([new("d", 4, 4)], [new("d", 0, 9)]));
    }

    [Fact]
    public void What_was_wanted_retrieved_exactly_is_all_of_it_and_nothing_else() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 100], Gen.Int[1, 50]).List[1, 6].Sample(parts =>
        {
            // Apart from each other, so that nothing is retrieved twice.
            DocumentSpan[] spans = [.. parts.Index().Select(part => new DocumentSpan($"d{part.Item.Item1}", 1000 * part.Index + part.Item.Item2, 1000 * part.Index + part.Item.Item2 + part.Item.Item3))];
            Assert.Equal(new SpanOverlap(1, 1, 1), SpanOverlap.Score(spans, spans));
        });
}
