namespace LlmGateway.Statistics.Tests;

public sealed class ClusteredScoresTests
{
    [Fact]
    public void Clusters_of_one_item_are_the_items()
    {
        double[] scores = [0.2, -0.1, 0.4, 0.3, 0, 0.25, -0.2];
        var clustered = new ClusteredScores(scores, [0, 1, 2, 3, 4, 5, 6]);
        Assert.Equal(Moments.Mean(scores), clustered.Mean, 1e-12);
        Assert.Equal(Moments.StandardDeviation(scores)!.Value, clustered.StandardDeviation!.Value, 1e-12);
        Assert.Equal(PairedScores.SignFlipP(scores, 3), clustered.SignFlipP(3));
        var (bare, found) = (PairedScores.Bootstrap(scores, 3)!.Value, clustered.Bootstrap(3)!.Value);
        Assert.Equal(bare.Low, found.Low, 1e-12);
        Assert.Equal(bare.High, found.High, 1e-12);
    }

    /// <summary>By hand: cluster sums 3, 1 and −1 of 3, 1 and 2 items; mean ½; influences 1.5, .5 and −2; √(6.5 · 3/2 / 6).</summary>
    [Fact]
    public void Clusters_of_many_sizes_have_the_deviation_that_was_worked_by_hand()
    {
        var clustered = new ClusteredScores([1, 1, 1, 1, 0, -1], [0, 0, 0, 1, 2, 2]);
        Assert.Equal((6, 3, 0.5), (clustered.Items, clustered.Clusters, clustered.Mean));
        Assert.Equal(Math.Sqrt(6.5 * 1.5 / 6), clustered.StandardDeviation!.Value, 1e-12);
    }

    [Fact]
    public void An_item_copied_many_times_is_no_new_evidence()
    {
        double[] scores = [1, 1, 0, 1, -1, 1, 1, 0, 1, 1];
        double[] copies = [.. scores.SelectMany(score => Enumerable.Repeat(score, 20))];
        var clustered = new ClusteredScores(copies, [.. Enumerable.Range(0, copies.Length).Select(index => index / 20)]);
        Assert.Equal(PairedScores.SignFlipP(scores, 1), clustered.SignFlipP(1));
        Assert.True(PairedScores.SignFlipP(copies, 1) < 0.001);
        Assert.Equal(PairedScores.Bootstrap(scores, 1)!.Value.Low, clustered.Bootstrap(1)!.Value.Low, 1e-12);
    }

    [Fact]
    public void One_cluster_has_no_interval()
    {
        var clustered = new ClusteredScores([1, 0, 1], [0, 0, 0]);
        Assert.Null(clustered.Bootstrap(1));
        Assert.Null(clustered.StandardDeviation);
    }
}
