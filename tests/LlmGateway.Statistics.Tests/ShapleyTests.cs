namespace LlmGateway.Statistics.Tests;

/// <summary>What several changes were worth, against games whose values are known.</summary>
public sealed class ShapleyTests
{
    /// <summary>Shapley's glove market: the first has a left glove, the others a right one each; a pair is worth 1.</summary>
    private static double Gloves(int set) => (set & 1) != 0 && (set & 0b110) != 0 ? 1 : 0;

    /// <summary>Each change adds .1, .2, .3 and .4; the first and the third together .5 more, all but the first .6 less.</summary>
    private static double Structured(int set)
    {
        var sum = Enumerable.Range(0, 4).Where(change => (set & (1 << change)) != 0).Sum(change => 0.1 * (change + 1));
        return sum + ((set & 0b0101) == 0b0101 ? 0.5 : 0) - ((set & 0b1110) == 0b1110 ? 0.6 : 0);
    }

    [Fact]
    public void The_glove_market_is_shared_as_the_textbooks_say()
    {
        // For instance M. Maschler, E. Solan and S. Zamir, Game Theory: (2/3, 1/6, 1/6).
        Assert.Equal(2.0 / 3, Effect(Shapley.Value(3, 0), Gloves), 1e-12);
        Assert.Equal(1.0 / 6, Effect(Shapley.Value(3, 1), Gloves), 1e-12);
        Assert.Equal(1.0 / 6, Effect(Shapley.Value(3, 2), Gloves), 1e-12);

        // By hand: the two right gloves do the same work, ½(0 + −1); left and right need each other, ½(1 + 0).
        Assert.Equal(-0.5, Effect(Shapley.Interaction(3, 1, 2), Gloves), 1e-12);
        Assert.Equal(0.5, Effect(Shapley.Interaction(3, 0, 1), Gloves), 1e-12);
    }

    [Fact]
    public void Shared_effects_are_divided_equally_and_all_add_up()
    {
        double[] values = [.. Enumerable.Range(0, 4).Select(change => Effect(Shapley.Value(4, change), Structured))];
        Assert.Equal([0.1 + 0.25, 0.2 - 0.2, 0.3 + 0.25 - 0.2, 0.4 - 0.2], values, (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(Structured(0b1111) - Structured(0), values.Sum(), 1e-12);

        // A pair's own effect counts whole, that of three changes half for each pair of them.
        Assert.Equal(0.5, Effect(Shapley.Interaction(4, 0, 2), Structured), 1e-12);
        Assert.Equal(-0.3, Effect(Shapley.Interaction(4, 1, 3), Structured), 1e-12);
        Assert.Equal(0, Effect(Shapley.Interaction(4, 0, 1), Structured), 1e-12);
    }

    [Fact]
    public void Sampled_orders_add_up_exactly_and_come_near_within_their_error()
    {
        const int Changes = 8;
        static double Value(int set) => Math.Sqrt(set) + ((set & 0b11) == 0b11 ? 3 : 0);
        var sample = ShapleySample.Draw(Changes, [], 120, 7);
        Assert.InRange(sample.Combinations.Count(), 60, 120);
        Assert.Equal(sample.Orders[0].Reverse(), sample.Orders[1]);
        Assert.Equal(sample.Orders.SelectMany(order => order), ShapleySample.Draw(Changes, [], 120, 7).Orders.SelectMany(order => order));
        Assert.NotEqual(sample.Orders[0], ShapleySample.Draw(Changes, [], 120, 8).Orders[0]);

        double[] values = [.. Enumerable.Range(0, Changes).Select(change => Effect(sample.Value(change), Value))];
        Assert.Equal(Value(255) - Value(0), values.Sum(), 1e-9);
        foreach (var change in Enumerable.Range(0, Changes))
        {
            var error = sample.StandardError(change, Value)!.Value;
            Assert.InRange(Math.Abs(values[change] - Effect(Shapley.Value(Changes, change), Value)), 0, 4 * error);
        }
    }

    [Fact]
    public void Orders_of_an_additive_game_are_exact_without_an_error()
    {
        var sample = ShapleySample.Draw(6, [], 30, 1);
        static double Value(int set) => Enumerable.Range(0, 6).Where(change => (set & (1 << change)) != 0).Sum(change => change + 1);
        Assert.Equal(3, Effect(sample.Value(2), Value), 1e-12);
        Assert.Equal(0, sample.StandardError(2, Value)!.Value, 1e-12);
        Assert.Null(ShapleySample.Draw(6, [], 1, 1).StandardError(2, Value));
    }

    [Fact]
    public void Effects_are_had_item_by_item()
    {
        var effects = Contrast.Between(3, 1).Of(set => set == 3 ? [1, 0, 1] : [0, 0, 1]);
        Assert.Equal([1, 0, 0], effects);
        Assert.Empty(Contrast.Of([(1, 0.5), (1, -0.5)]).Weights);

        // .1 + .2 − .3 is 5.6e-17 in floating point.
        Assert.Equal([0.0], Contrast.Of([(1, 0.1), (2, 0.2), (3, -0.3)]).Of(_ => [1]));
    }

    private static double Effect(Contrast contrast, Func<int, double> value) => contrast.Of(set => [value(set)])[0];
}
