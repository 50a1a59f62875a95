using LlmGateway.Statistics;

namespace LlmGateway.Evaluation.Runs;

/// <summary>Sums over items that were sampled several times. Errors and abstentions are left out of an item's samples.</summary>
internal sealed class RepetitionTotals
{
    /// <summary>Items by how many of how many samples passed.</summary>
    public List<PassCount> Passes { get; set; } = [];

    public VarianceSums Variance { get; set; }

    /// <summary>Adds an item's samples.</summary>
    public void Add(IReadOnlyList<(bool Passed, double Score)> samples)
    {
        if (samples.Count > 0)
        {
            Count(new PassCount(samples.Count, samples.Count(sample => sample.Passed), 1));
            Variance = Variance.Add([.. samples.Select(sample => sample.Score)]);
        }
    }

    public static RepetitionTotals? Sum(RepetitionTotals? a, RepetitionTotals? b)
    {
        if (a is null || b is null)
        {
            return a ?? b;
        }

        var sum = new RepetitionTotals { Variance = a.Variance.Plus(b.Variance) };
        a.Passes.Concat(b.Passes).ToList().ForEach(sum.Count);
        return sum;
    }

    private void Count(PassCount count)
    {
        var at = Passes.FindIndex(known => known.Samples == count.Samples && known.Passed == count.Passed);
        if (at < 0)
        {
            Passes.Add(count);
        }
        else
        {
            Passes[at] = count with { Items = Passes[at].Items + count.Items };
        }
    }
}
