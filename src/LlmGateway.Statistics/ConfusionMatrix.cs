namespace LlmGateway.Statistics;

/// <summary>
/// Items of known classes by the class that was predicted, and what classifiers are measured by. A prediction may be unknown: none
/// of the classes. It is then wrong, and belongs to no class's predictions.
/// </summary>
/// <param name="classes">How many classes there are, at least 1.</param>
public sealed class ConfusionMatrix(int classes)
{
    /// <summary>A row for each true class; the last column is of the unknown predictions.</summary>
    private readonly long[,] _counts = new long[classes, classes + 1];

    public int Classes => classes;

    /// <param name="actual">The true class, from 0.</param>
    /// <param name="predicted">The predicted class; null for an unknown one.</param>
    /// <param name="count">How many such items.</param>
    public void Add(int actual, int? predicted, long count = 1) => _counts[actual, predicted ?? classes] += count;

    /// <summary>Items of a class that were predicted as another, or as unknown (null).</summary>
    public long Count(int actual, int? predicted) => _counts[actual, predicted ?? classes];

    public long Total => Sum(Actual);

    public long Unknown => Sum(actual => Count(actual, null));

    public long Correct => Sum(actual => Count(actual, actual));

    /// <summary>The share of items whose class was predicted; null without items.</summary>
    public double? Accuracy => Ratio(Correct, Total);

    public ClassScores Class(int index) => new(Actual(index), Predicted(index), Count(index, index));

    /// <summary>
    /// The plain mean over the classes that occur, as truth or prediction. A precision or recall that is undefined, because the
    /// class was never predicted or never true, counts as 0 here, as scikit-learn's does. Null without items.
    /// </summary>
    public AveragedScores? Macro => Average(_ => 1);

    /// <summary>The mean over the classes weighted by how many items are of each. Null without items.</summary>
    public AveragedScores? Weighted => Average(scores => scores.Actual);

    /// <summary>Precision, recall and F1 of all classes' decisions together; where no prediction is unknown, each is the accuracy. Null without items.</summary>
    public AveragedScores? Micro
    {
        get
        {
            var all = new ClassScores(Total, Sum(Predicted), Correct);
            return Total == 0 ? null : new AveragedScores(all.Precision ?? 0, all.Recall ?? 0, all.F1 ?? 0);
        }
    }

    /// <summary>
    /// Matthews' correlation coefficient for several classes, from −1 to 1: R_K of J. Gorodkin, Comparing two K-category assignments
    /// by a K-category correlation coefficient, Computational Biology and Chemistry 28 (2004) 367–374. Unknown predictions are a
    /// class that is never true. Null where all items are of one class, or were predicted as one.
    /// </summary>
    public double? MatthewsCorrelation
    {
        get
        {
            var (total, agreement) = ((double)Total, 0.0);
            var (actualSquares, predictedSquares) = (0.0, (double)Unknown * Unknown);
            for (var index = 0; index < classes; index++)
            {
                agreement += (double)Actual(index) * Predicted(index);
                actualSquares += (double)Actual(index) * Actual(index);
                predictedSquares += (double)Predicted(index) * Predicted(index);
            }

            var spread = ((total * total) - actualSquares) * ((total * total) - predictedSquares);
            return spread <= 0 ? null : ((Correct * total) - agreement) / Math.Sqrt(spread);
        }
    }

    internal static double? Ratio(long part, long whole) => whole == 0 ? null : (double)part / whole;

    private long Actual(int index)
    {
        var sum = 0L;
        for (var predicted = 0; predicted <= classes; predicted++)
        {
            sum += _counts[index, predicted];
        }

        return sum;
    }

    private long Predicted(int index) => Sum(actual => Count(actual, index));

    private long Sum(Func<int, long> of)
    {
        var sum = 0L;
        for (var index = 0; index < classes; index++)
        {
            sum += of(index);
        }

        return sum;
    }

    private AveragedScores? Average(Func<ClassScores, double> weigh)
    {
        var (precision, recall, f1, weights) = (0.0, 0.0, 0.0, 0.0);
        for (var index = 0; index < classes; index++)
        {
            var scores = Class(index);
            var weight = scores.Actual + scores.Predicted == 0 ? 0 : weigh(scores);
            precision += weight * (scores.Precision ?? 0);
            recall += weight * (scores.Recall ?? 0);
            f1 += weight * (scores.F1 ?? 0);
            weights += weight;
        }

        return weights == 0 ? null : new AveragedScores(precision / weights, recall / weights, f1 / weights);
    }
}

/// <summary>How well one class was told from the others.</summary>
/// <param name="Actual">Items that are of it: its support.</param>
/// <param name="Predicted">Items that were predicted to be.</param>
/// <param name="Correct">Items that are both.</param>
public readonly record struct ClassScores(long Actual, long Predicted, long Correct)
{
    /// <summary>Null where the class was never predicted.</summary>
    public double? Precision => ConfusionMatrix.Ratio(Correct, Predicted);

    /// <summary>Null where no item is of the class.</summary>
    public double? Recall => ConfusionMatrix.Ratio(Correct, Actual);

    /// <summary>The harmonic mean of both, 2·correct / (actual + predicted); null where the class does not occur at all.</summary>
    public double? F1 => ConfusionMatrix.Ratio(2 * Correct, Actual + Predicted);
}

/// <summary>Scores of several classes as one.</summary>
public readonly record struct AveragedScores(double Precision, double Recall, double F1);
