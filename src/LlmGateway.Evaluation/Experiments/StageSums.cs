using LlmGateway.Contracts.Datasets;
using LlmGateway.Statistics;

namespace LlmGateway.Evaluation.Experiments;

/// <summary>What a stage's log says, by arm.</summary>
internal sealed class StageSums(ExposureSums sums)
{
    /// <summary>Of all arms.</summary>
    public long AllUnits => sums.Arms.Sum(arm => arm.Units);

    public long Units(string arm) => sums.Arms.Sum(part => part.Variant == arm ? part.Units : 0);

    public long Calls(string arm) => sums.Arms.Sum(part => part.Variant == arm ? part.Calls : 0);

    public ArmSums Of(string arm, string metric) => OfHalf(arm, 0, metric).Plus(OfHalf(arm, 1, metric));

    /// <summary>One half of an arm's units.</summary>
    public ArmSums OfHalf(string arm, int half, string metric)
    {
        var all = default(ArmSums);
        foreach (var part in sums.Arms)
        {
            if (part.Half != half || part.Variant != arm)
            {
                continue;
            }

            foreach (var value in part.Metrics)
            {
                all = value.Name == metric ? all.Plus(new ArmSums(value.Count, value.Sum, value.Squares)) : all;
            }
        }

        return all;
    }
}
