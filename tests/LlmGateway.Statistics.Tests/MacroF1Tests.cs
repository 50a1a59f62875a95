namespace LlmGateway.Statistics.Tests;

public sealed class MacroF1Tests
{
    /// <summary>
    /// scikit-learn's example of f1_score: truth 0 1 2 0 1 2, predicted 0 2 1 0 0 1, macro F1 .26666…
    /// (https://scikit-learn.org/stable/modules/generated/sklearn.metrics.f1_score.html); the second is always right.
    /// </summary>
    private static readonly ClassifiedItem[] Items = [new(0, 0, 0), new(1, 2, 1), new(2, 1, 2), new(0, 0, 0), new(1, 0, 1), new(2, 1, 2)];

    [Fact]
    public void It_is_that_of_the_source()
    {
        var (first, second) = new MacroF1(3, [.. Items.Select(item => new[] { item })]).Observed();
        Assert.Equal(0.26666667, first, 1e-8);
        Assert.Equal(1, second);
    }

    [Fact]
    public void Its_interval_holds_the_difference_and_is_the_same_for_a_seed()
    {
        List<ClassifiedItem[]> alone = [.. Enumerable.Repeat(Items, 20).SelectMany(items => items).Select(item => new[] { item })];
        var interval = new MacroF1(3, alone).BootstrapDifference(1)!.Value;
        Assert.InRange(1 - 0.26666667, interval.Low, interval.High);
        Assert.Equal(interval, new MacroF1(3, alone).BootstrapDifference(1));

        // Twenty groups of all six have the same six twenty times, whichever are drawn.
        var together = new MacroF1(3, [.. Enumerable.Repeat(Items, 20)]).BootstrapDifference(1)!.Value;
        Assert.Equal(1 - 0.26666667, together.Low, 1e-8);
        Assert.Equal(1 - 0.26666667, together.High, 1e-8);
        Assert.Null(new MacroF1(3, [Items]).BootstrapDifference(1));
    }

    [Fact]
    public void An_unknown_prediction_is_wrong_and_of_no_class()
    {
        // Class 0: one of two found, F1 2/3; class 1: found, F1 1.
        var (first, second) = new MacroF1(2, [[new(0, 0, 0), new(0, null, 0), new(1, 1, 1)]]).Observed();
        Assert.Equal(5.0 / 6, first, 1e-12);
        Assert.Equal(1, second);
    }
}
