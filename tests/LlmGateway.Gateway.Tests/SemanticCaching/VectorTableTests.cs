using LlmGateway.Gateway.SemanticCaching.Entries;
using LlmGateway.Text.Similarity;

namespace LlmGateway.Gateway.Tests.SemanticCaching;

public sealed class VectorTableTests
{
    [Theory]
    [InlineData(64)]
    [InlineData(256)]
    [InlineData(1536)]
    public void The_nearest_of_many_is_found_for_a_question_that_resembles_one(int dimensions)
    {
        var random = new Random(1);
        var vectors = Enumerable.Range(0, 3000).Select(_ => Draw(random, dimensions)).ToList();
        var table = new VectorTable(dimensions);
        for (var i = 0; i < vectors.Count; i++)
        {
            table.Add(Row($"{i}", vectors[i]));
        }

        var found = 0;
        for (var i = 0; i < 200; i++)
        {
            // At a cosine of about 0.8.
            var query = Mix(vectors[i], Draw(random, dimensions), 0.8f);
            var exact = vectors.Select((vector, index) => (index, likeness: Vectors.Dot(query, vector))).MaxBy(pair => pair.likeness);
            var nearest = table.FindNearest(query, 0, 1)[0];
            Assert.Equal(Vectors.Dot(query, vectors[int.Parse(nearest.Row.Id, System.Globalization.CultureInfo.InvariantCulture)]), nearest.Similarity, 0.002);
            found += nearest.Row.Id == $"{exact.index}" ? 1 : 0;
        }

        Assert.InRange(found, 198, 200);
    }

    [Fact]
    public void Sparse_vectors_are_told_apart_as_well()
    {
        // One feature each: without a rotation nearly all signs would be equal.
        var table = new VectorTable(1024);
        for (var i = 0; i < 1024; i++)
        {
            var vector = new float[1024];
            vector[i] = 1;
            table.Add(Row($"{i}", vector));
        }

        var query = new float[1024];
        (query[700], query[3]) = (0.9f, 0.436f);
        Assert.Equal("700", table.FindNearest(query, 0, 1)[0].Row.Id);
    }

    [Fact]
    public void A_row_is_replaced_removed_and_expires()
    {
        var table = new VectorTable(2);
        Assert.Empty(table.FindNearest([1, 0], 0, 1));
        table.Add(Row("a", [1, 0]));
        table.Add(Row("b", [0, 1]));
        table.Add(Row("c", [0.6f, 0.8f], expiresAt: 5));
        table.Add(Row("a", [-1, 0]));
        Assert.Equal(3, table.Count);
        Assert.Equal("c", table.FindNearest([1, 0], 4, 1)[0].Row.Id);
        Assert.Equal("b", table.FindNearest([1, 0], 5, 1)[0].Row.Id);
        Assert.Equal(["c", "b", "a"], table.FindNearest([1, 0], 4, 5).Select(found => found.Row.Id));
        Assert.Equal(["c", "b"], table.FindNearest([1, 0], 4, 2).Select(found => found.Row.Id));
        table.Remove("b");
        table.Remove("unknown");
        Assert.Equal("a", table.FindNearest([1, 0], 5, 1)[0].Row.Id);
        Assert.Equal(2 * VectorTable.BytesOfRow(2), table.Bytes);
    }

    [Fact]
    public async Task Tables_beyond_the_limit_go_the_least_recently_used_first()
    {
        var tables = new VectorTables(TimeProvider.System);
        var keys = Enumerable.Range(0, 3).Select(i => new TableKey("c", 0, $"{i}")).ToArray();
        foreach (var key in keys)
        {
            (await tables.GetOrAddAsync(key, () => Task.FromResult(new VectorTable(2)))).Add(Row("a", [1, 0]));
        }

        await tables.GetOrAddAsync(keys[0], () => throw new InvalidOperationException("it is there"));
        tables.Trim(2 * VectorTable.BytesOfRow(2), keys[2]);
        Assert.Null(tables.Find(keys[1]));
        Assert.NotNull(tables.Find(keys[0]));
        tables.Trim(0, keys[2]);
        Assert.NotNull(tables.Find(keys[2]));
        Assert.Equal(VectorTable.BytesOfRow(2), tables.Bytes);
    }

    [Fact]
    public async Task Loading_that_fails_is_tried_again()
    {
        var tables = new VectorTables(TimeProvider.System);
        var key = new TableKey("c", 0, "p");
        await Assert.ThrowsAsync<IOException>(() => tables.GetOrAddAsync(key, () => Task.FromException<VectorTable>(new IOException())));
        Assert.Equal(0, (await tables.GetOrAddAsync(key, () => Task.FromResult(new VectorTable(2)))).Count);
    }

    private static VectorTable.Row Row(string id, float[] vector, long expiresAt = long.MaxValue) =>
        new(id, Array.ConvertAll(vector, value => (Half)value), expiresAt, null);

    private static float[] Draw(Random random, int dimensions)
    {
        var vector = new float[dimensions];
        for (var i = 0; i < dimensions; i++)
        {
            vector[i] = random.NextSingle() + random.NextSingle() + random.NextSingle() - 1.5f;
        }

        Vectors.Normalize(vector);
        return vector;
    }

    private static float[] Mix(float[] a, float[] b, float cosine)
    {
        var mixed = a.Zip(b, (x, y) => (cosine * x) + (MathF.Sqrt(1 - (cosine * cosine)) * y)).ToArray();
        Vectors.Normalize(mixed);
        return mixed;
    }
}
