namespace LlmGateway.Statistics;

/// <summary>
/// Two classifiers on the same items by macro-averaged F1: the plain mean over the classes that occur, as truth or prediction
/// (<see cref="ConfusionMatrix.Macro"/>).
/// </summary>
/// <param name="classes">How many classes there are.</param>
/// <param name="groups">The items, in groups that belong together; an item that stands alone is a group of its own.</param>
public sealed class MacroF1(int classes, IReadOnlyList<IReadOnlyList<ClassifiedItem>> groups)
{
    /// <summary>2,000: a percentile's own error is then a fiftieth of the interval, and each resample counts every class anew.</summary>
    public const int Resamples = 2_000;

    private readonly int[] _actual = new int[classes];
    private readonly ClassifierTally _first = new(classes);
    private readonly ClassifierTally _second = new(classes);

    /// <summary>Of the two on the items themselves; at least one item.</summary>
    public (double First, double Second) Observed()
    {
        Clear();
        foreach (var group in groups)
        {
            Add(group);
        }

        return (_first.F1(_actual), _second.F1(_actual));
    }

    /// <summary>
    /// The percentile bootstrap interval of the second's less the first's (B. Efron and R. Tibshirani, An Introduction to the
    /// Bootstrap, 1993, chapter 13): the figure is no mean, for which the corrected one is known. Null for fewer than two groups.
    /// </summary>
    /// <param name="seed">Chooses the resamples.</param>
    /// <param name="level">Confidence; the default is 0.95.</param>
    public Interval? BootstrapDifference(ulong seed, double level = 0.95)
    {
        if (groups.Count < 2)
        {
            return null;
        }

        var random = new Resampling(seed);
        var differences = new double[Resamples];
        for (var sample = 0; sample < Resamples; sample++)
        {
            Clear();
            for (var drawn = 0; drawn < groups.Count; drawn++)
            {
                Add(groups[random.NextIndex(groups.Count)]);
            }

            differences[sample] = _second.F1(_actual) - _first.F1(_actual);
        }

        Array.Sort(differences);
        return new Interval(BiasCorrected.At(differences, (1 - level) / 2), BiasCorrected.At(differences, (1 + level) / 2));
    }

    private void Clear()
    {
        Array.Clear(_actual);
        _first.Clear();
        _second.Clear();
    }

    private void Add(IReadOnlyList<ClassifiedItem> group)
    {
        foreach (var item in group)
        {
            _actual[item.Actual]++;
            _first.Add(item.Actual, item.First);
            _second.Add(item.Actual, item.Second);
        }
    }

    /// <summary>One classifier's counts by class.</summary>
    private sealed class ClassifierTally(int classes)
    {
        private readonly int[] _predicted = new int[classes];
        private readonly int[] _correct = new int[classes];

        public void Clear()
        {
            Array.Clear(_predicted);
            Array.Clear(_correct);
        }

        public void Add(int actual, int? predicted)
        {
            if (predicted is { } known)
            {
                _predicted[known]++;
                _correct[known] += known == actual ? 1 : 0;
            }
        }

        public double F1(int[] actual)
        {
            var (sum, occurring) = (0.0, 0);
            for (var index = 0; index < actual.Length; index++)
            {
                var occurs = actual[index] + _predicted[index];
                sum += occurs == 0 ? 0 : 2.0 * _correct[index] / occurs;
                occurring += occurs == 0 ? 0 : 1;
            }

            return sum / occurring;
        }
    }
}

/// <summary>An item's class, and what two classifiers took it for; null where that is no class.</summary>
public readonly record struct ClassifiedItem(int Actual, int? First, int? Second);
