using LlmGateway.Retrieval.Search;

namespace LlmGateway.Retrieval.Tests.Search;

public sealed class FusionTests
{
    private static readonly ChunkKey A = new("a", 0), B = new("b", 0), C = new("c", 0);

    [Fact]
    public void Scores_are_scaled_weighted_and_added()
    {
        var fused = Fusion.Combine(([(A, 12.0), (B, 7.0), (C, 2.0)], 3), ([(C, 0.9), (A, 0.5)], 1));
        Assert.Equal([(A, 0.75), (B, 0.375), (C, 0.25)], fused);
    }

    [Fact]
    public void A_list_without_hits_changes_no_order()
    {
        var fused = Fusion.Combine(([(B, 3.0), (A, 1.0)], 0.8), ([], 0.2));
        Assert.Equal([B, A], fused.Select(hit => hit.Chunk));
    }

    [Fact]
    public void The_only_hit_of_a_list_has_its_whole_weight() =>
        Assert.Equal([(A, 1.0)], Fusion.Combine(([(A, 0.1)], 0.5), ([(A, 4.0)], 0.5)));
}
