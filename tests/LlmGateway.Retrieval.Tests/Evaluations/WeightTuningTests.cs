using LlmGateway.Retrieval.Evaluations;

namespace LlmGateway.Retrieval.Tests.Evaluations;

/// <summary>Weights chosen by cross-validation.</summary>
public sealed class WeightTuningTests
{
    [Fact]
    public void A_weight_that_is_best_everywhere_is_chosen_in_every_fold()
    {
        var tuning = WeightTuning.Fit([.. Enumerable.Range(0, 20).Select(_ => (IReadOnlyList<double>)[0.2, 0.9, 0.4])], preferred: 2, folds: 5, seed: 1);
        Assert.All(tuning.Folds, fold => Assert.Equal((1, 4), fold));
        Assert.Equal(1, tuning.Best);
        Assert.All(tuning.HeldOut, score => Assert.Equal(0.9, score));
    }

    [Fact]
    public void A_query_has_no_say_in_what_it_is_measured_by()
    {
        // Every query likes a weight of its own, and all the others the first a little: whoever chose for itself would score 1.
        var scores = Enumerable.Range(0, 10).Select(query => (IReadOnlyList<double>)[.. Enumerable.Range(0, 11).Select(weight => weight == query + 1 ? 1.0 : weight == 0 ? 0.3 : 0)]).ToList();
        var tuning = WeightTuning.Fit(scores, preferred: 5, folds: 10, seed: 3);
        Assert.All(tuning.HeldOut, score => Assert.Equal(0.3, score));
    }

    [Fact]
    public void Of_weights_that_are_as_good_the_one_nearest_to_the_preferred_is_taken() =>
        Assert.Equal(3, WeightTuning.Fit([[1, 1, 0, 1, 0], [1, 1, 0, 1, 0]], preferred: 4, folds: 2, seed: 1).Best);

    [Fact]
    public void Folds_hold_every_query_once() =>
        Assert.Equal(23, WeightTuning.Fit([.. Enumerable.Range(0, 23).Select(_ => (IReadOnlyList<double>)[1, 0])], 0, 7, 5).Folds.Sum(fold => fold.Queries));
}
