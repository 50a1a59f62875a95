using LlmGateway.Contracts.Datasets;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Evaluation.Experiments;

namespace LlmGateway.Evaluation.Tests.Experiments;

/// <summary>Experiments to judge.</summary>
internal static class SampleExperiments
{
    /// <summary>When their stages began, in Unix seconds.</summary>
    public const long Began = 1_700_000_000;

    public static readonly double[] Steps = [0.01, 0.05, 0.25, 0.5, 1];

    /// <param name="step">Which of the steps it is at, from 1.</param>
    /// <param name="minUnits">Units that each arm needs.</param>
    /// <param name="guardrails">What must not become worse.</param>
    public static RunningExperiment Canary(int step = 1, int minUnits = 100, params ExperimentGuardrail[] guardrails) =>
        Make(ExperimentAllocation.Canary, guardrails, ("base", 1 - Steps[step - 1]), ("new", Steps[step - 1])) with { Steps = Steps, Stage = step, MinUnits = minUnits };

    public static RunningExperiment Make(string allocation, IReadOnlyList<ExperimentGuardrail> guardrails, params (string Name, double Weight)[] arms) => new()
    {
        Id = "exp_1",
        ProjectId = "proj_a",
        Version = 1,
        Stage = 1,
        StageBeganAt = Began,
        Allocation = allocation,
        Arms = [.. arms.Select(arm => new ExperimentArm(arm.Name, arm.Weight))],
        Goal = new ExperimentGoal("quality", "max", 0.1),
        Guardrails = guardrails,
        Steps = [],
        MinUnits = 100,
        MinSeconds = 60,
        Alpha = 0.05,
    };

    /// <summary>An arm of units of 0 or 1, alike in both halves.</summary>
    /// <param name="variant">Its name.</param>
    /// <param name="units">Its units, an even number.</param>
    /// <param name="rates">The share of ones of each metric.</param>
    public static ExposureArm[] Arm(string variant, long units, params (string Metric, double Rate)[] rates) =>
        [.. Enumerable.Range(0, 2).Select(half => Half(variant, half, units / 2, rates))];

    public static ExposureArm Half(string variant, int half, long units, params (string Metric, double Rate)[] rates) => new(
        variant, half, units, units, [.. rates.Select(rate => new ExposureMetric(rate.Metric, units, Math.Round(units * rate.Rate), Math.Round(units * rate.Rate)))]);

    public static ExperimentVerdict Judge(
        this RunningExperiment experiment, IEnumerable<ExposureArm[]> arms, int seconds = 3600, IReadOnlyCollection<string>? raised = null, IReadOnlyList<PastStage>? past = null) =>
        ExperimentJudge.Judge(new StageLook(
            experiment, new StageSums(new ExposureSums([.. arms.SelectMany(arm => arm)])), past ?? [], raised ?? [], DateTimeOffset.FromUnixTimeSeconds(Began + seconds)));
}
