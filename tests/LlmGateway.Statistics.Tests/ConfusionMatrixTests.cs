namespace LlmGateway.Statistics.Tests;

/// <summary>Measures of classifiers, as scikit-learn's documentation prints them.</summary>
public sealed class ConfusionMatrixTests
{
    /// <summary>The example of <c>sklearn.metrics.classification_report</c>.</summary>
    [Fact]
    public void A_report_is_that_of_the_example()
    {
        var matrix = Of(3, [0, 1, 2, 2, 2], [0, 0, 2, 2, 1]);
        Assert.Equal(0.6, matrix.Accuracy!.Value, 1e-12);
        (double Precision, double Recall, double F1, int Support)[] classes = [(0.5, 1, 0.67, 1), (0, 0, 0, 1), (1, 0.67, 0.8, 3)];
        for (var index = 0; index < 3; index++)
        {
            var scores = matrix.Class(index);
            Assert.Equal(classes[index], (scores.Precision!.Value, Math.Round(scores.Recall!.Value, 2), Math.Round(scores.F1!.Value, 2), scores.Actual));
        }

        AssertScores((0.5, 0.56, 0.49), matrix.Macro);
        AssertScores((0.7, 0.6, 0.61), matrix.Weighted);
    }

    /// <summary>The examples of <c>precision_recall_fscore_support</c>, with animals for numbers: macro .22, .33, .26, micro .33.</summary>
    [Fact]
    public void Averages_are_those_of_the_example()
    {
        var matrix = Of(3, [0, 1, 2, 0, 1, 2], [0, 2, 1, 0, 0, 1]);
        AssertScores((0.22, 0.33, 0.27), matrix.Macro);
        AssertScores((0.33, 0.33, 0.33), matrix.Micro);
        AssertScores((0.22, 0.33, 0.27), matrix.Weighted);
    }

    /// <summary>The examples of <c>confusion_matrix</c> and <c>matthews_corrcoef</c>.</summary>
    [Fact]
    public void Confusion_and_correlation_are_those_of_the_examples()
    {
        var matrix = Of(3, [2, 0, 2, 2, 0, 1], [0, 0, 2, 2, 0, 2]);
        long[][] expected = [[2, 0, 0], [0, 0, 1], [1, 0, 2]];
        Assert.All(expected, (row, actual) => Assert.Equal(row, Enumerable.Range(0, 3).Select(predicted => matrix.Count(actual, predicted))));
        Assert.Null(matrix.Class(1).Precision);
        Assert.Equal(-1 / 3.0, Of(2, [1, 1, 1, 0], [1, 0, 1, 1]).MatthewsCorrelation!.Value, 1e-12);
    }

    /// <summary>
    /// Worked by hand: of four items three are right and one is unknown. c·s − Σpt = 3·4 − (1·2 + 2·2) = 6 over √((16 − 8)(16 − 6)).
    /// </summary>
    [Fact]
    public void An_unknown_prediction_is_wrong_and_nobodys()
    {
        var matrix = Of(2, [0, 0, 1, 1], [0, null, 1, 1]);
        Assert.Equal((1, 0.75), (matrix.Unknown, matrix.Accuracy));
        Assert.Equal((1.0, 0.5), (matrix.Class(0).Precision, matrix.Class(0).Recall));
        AssertScores((1, 0.75, 0.86), matrix.Micro);
        Assert.Equal(6 / Math.Sqrt(80), matrix.MatthewsCorrelation!.Value, 1e-12);
    }

    [Fact]
    public void What_is_undefined_is_null()
    {
        var empty = new ConfusionMatrix(2);
        Assert.Equal((null, null, null, null), (empty.Accuracy, empty.Macro, empty.Micro, empty.MatthewsCorrelation));
        Assert.Null(Of(2, [0, 0], [0, 0]).MatthewsCorrelation);
    }

    private static ConfusionMatrix Of(int classes, int[] actual, int?[] predicted)
    {
        var matrix = new ConfusionMatrix(classes);
        foreach (var (truth, guess) in actual.Zip(predicted))
        {
            matrix.Add(truth, guess);
        }

        return matrix;
    }

    private static void AssertScores((double Precision, double Recall, double F1) expected, AveragedScores? scores) =>
        Assert.Equal(expected, (Math.Round(scores!.Value.Precision, 2), Math.Round(scores.Value.Recall, 2), Math.Round(scores.Value.F1, 2)));
}
