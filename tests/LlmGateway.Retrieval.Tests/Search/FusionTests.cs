using LlmGateway.Retrieval.Search;

namespace LlmGateway.Retrieval.Tests.Search;

public sealed class FusionTests
{
    private static readonly ChunkKey A = new("a", 0), B = new("b", 0), C = new("c", 0);
    private static readonly FusionSettings Rrf = new(FusionSettings.Rrf, K: 60);

    [Fact]
    public void Scores_are_scaled_weighted_and_added()
    {
        var fused = Fusion.Combine(FusionSettings.Default, [new([new(A, 12.0), new(B, 7.0), new(C, 2.0)], 3), new([new(C, 0.9), new(A, 0.5)], 1)]);
        Assert.Equal([new(A, 0.75), new(B, 0.375), new(C, 0.25)], fused);
    }

    [Fact]
    public void A_list_without_hits_changes_no_order()
    {
        var fused = Fusion.Combine(FusionSettings.Default, [new([new(B, 3.0), new(A, 1.0)], 0.8), new([], 0.2)]);
        Assert.Equal([B, A], fused.Select(hit => hit.Chunk));
    }

    [Fact]
    public void The_only_hit_of_a_list_has_its_whole_weight() =>
        Assert.Equal([new(A, 1.0)], Fusion.Combine(FusionSettings.Default, [new([new(A, 0.1)], 0.5), new([new(A, 4.0)], 0.5)]));

    [Fact]
    public void Reciprocal_ranks_are_the_papers_over_the_highest_that_can_be()
    {
        var fused = Fusion.Combine(Rrf, [new([new(A, 9.0), new(B, 8.0)], 1), new([new(B, 0.1), new(C, 0.05)], 1)]);
        Assert.Equal([B, A, C], fused.Select(hit => hit.Chunk));
        const double Highest = 2 / 61.0;
        Assert.Equal(((1 / 62.0) + (1 / 61.0)) / Highest, fused[0].Score, 12);
        Assert.Equal(1 / 61.0 / Highest, fused[1].Score, 12);
        Assert.Equal(1 / 62.0 / Highest, fused[2].Score, 12);
    }

    [Fact]
    public void Weights_of_reciprocal_ranks_decide_between_first_places() =>
        Assert.Equal([B, A], Fusion.Combine(Rrf, [new([new(A, 1)], 1), new([new(B, 1)], 2)]).Select(hit => hit.Chunk));

    [Fact]
    public void A_chunk_that_several_queries_find_has_its_best_score() =>
        Assert.Equal([new(A, 0.9), new(B, 0.8)], Fusion.Best([[new(B, 0.8), new(A, 0.2)], [new(A, 0.9)]]));
}
