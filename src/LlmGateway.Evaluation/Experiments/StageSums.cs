using LlmGateway.Contracts.Datasets;
using LlmGateway.Statistics;

namespace LlmGateway.Evaluation.Experiments;

/// <summary>What a stage's log says, by arm.</summary>
internal sealed class StageSums(ExposureSums sums)
{
    /// <summary>Of all arms.</summary>
    public long AllUnits => sums.Arms.Sum(arm => arm.Units);

    public long Units(string arm) => Parts(arm).Sum(part => part.Units);

    public long Calls(string arm) => Parts(arm).Sum(part => part.Calls);

    public ArmSums Of(string arm, string metric) => Parts(arm).Aggregate(default(ArmSums), (all, part) => all.Plus(Of(part, metric)));

    /// <summary>One half of an arm's units.</summary>
    public ArmSums OfHalf(string arm, int half, string metric) =>
        Parts(arm).Where(part => part.Half == half).Aggregate(default(ArmSums), (all, part) => all.Plus(Of(part, metric)));

    private IEnumerable<ExposureArm> Parts(string arm) => sums.Arms.Where(part => part.Variant == arm);

    private static ArmSums Of(ExposureArm part, string metric) =>
        part.Metrics.FirstOrDefault(value => value.Name == metric) is { } value ? new ArmSums(value.Count, value.Sum, value.Squares) : default;
}
