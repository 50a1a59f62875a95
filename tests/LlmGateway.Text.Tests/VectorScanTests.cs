using LlmGateway.Text.Similarity;

namespace LlmGateway.Text.Tests;

public sealed class VectorScanTests
{
    [Theory]
    [InlineData(256, 8000), InlineData(8, 500), InlineData(1000, 700), InlineData(3, 50), InlineData(1, 4)]
    public void The_nearest_are_found_without_a_miss(int dimensions, int count)
    {
        var random = new Random(7);
        var vectors = Enumerable.Range(0, count).Select(_ => Make(random, dimensions)).ToList();
        var segments = new[] { Build(vectors[..(count / 3)]), Build(vectors[(count / 3)..]) };
        for (var query = 0; query < 10; query++)
        {
            var asked = Make(random, dimensions);
            var exact = vectors.Index().Select(vector => (vector.Index, Cosine: Vectors.Cosine(asked, vector.Item))).OrderByDescending(hit => hit.Cosine).Take(10).ToList();
            var found = VectorScan.Search(segments, asked, 10);
            Assert.All(exact.Zip(found), pair => Assert.Equal(pair.First.Cosine, pair.Second.Cosine, 1e-5));
            Assert.True(exact.Select(hit => hit.Index).Except(found.Select(hit => hit.Vector)).All(missed => exact[^1].Cosine > exact.First(hit => hit.Index == missed).Cosine - 1e-6));
        }
    }

    [Fact]
    public void Only_what_is_wanted_is_found()
    {
        var random = new Random(3);
        var vectors = Enumerable.Range(0, 200).Select(_ => Make(random, 32)).ToList();
        var wanted = new bool[200];
        wanted[5] = wanted[150] = true;
        var found = VectorScan.Search([Build(vectors[..100]), Build(vectors[100..])], vectors[0], 10, wanted);
        Assert.Equal([5, 150], found.Select(hit => hit.Vector).Order());
    }

    [Fact]
    public void A_merge_leaves_out_what_does_not_live()
    {
        var merged = VectorSegment.Merge([(Build([[1, 0], [0, 1]]), [false, true]), (Build([[-1, 0]]), null)]);
        Assert.Equal(2, merged.Count);
        Assert.Equal([1, 0], VectorScan.Search([merged], [-2f, 1f], 2).Select(hit => hit.Vector));
    }

    [Fact]
    public void Vectors_of_zeros_and_empty_segments_are_taken()
    {
        var found = VectorScan.Search([new VectorSegmentBuilder().Build(), Build([[0, 0], [1, 1]])], [1f, 1f], 5);
        Assert.Equal([(1, 1f), (0, 0f)], found.Select(hit => (hit.Vector, MathF.Round(hit.Cosine, 4))));
        Assert.Empty(VectorScan.Search([], [1f], 5));
    }

    [Fact]
    public void Vectors_of_another_length_are_refused() => Assert.Throws<ArgumentException>(() => Build([[1, 0], [1]]));

    private static float[] Make(Random random, int dimensions) => [.. Enumerable.Range(0, dimensions).Select(_ => (random.NextSingle() * 2) - 1)];

    private static VectorSegment Build(IEnumerable<float[]> vectors)
    {
        var builder = new VectorSegmentBuilder();
        foreach (var vector in vectors)
        {
            builder.Add(vector);
        }

        return builder.Build();
    }
}
