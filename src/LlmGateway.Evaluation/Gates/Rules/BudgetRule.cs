using System.Globalization;
using LlmGateway.Evaluation.Comparisons;
using static System.FormattableString;

namespace LlmGateway.Evaluation.Gates.Rules;

/// <summary>
/// <c>cost</c> and <c>latency</c>: what the run's samples took is at most a number. An item that was sampled and whose measure is
/// unknown leaves it in doubt, unless the rest is too much already; items with an error are the rule <c>errors</c>' business.
/// </summary>
/// <param name="Type">The rule's type.</param>
/// <param name="Unit">What is measured, in words.</param>
/// <param name="Measure">An item's.</param>
/// <param name="Statistic"><c>mean</c>, <c>total</c>, or a percentile such as <c>p95</c>.</param>
/// <param name="AtMost">The budget.</param>
internal sealed record BudgetRule(string Type, string Unit, Func<ScoredItem, MeasureMean> Measure, string Statistic, double AtMost) : IGateRule
{
    public const string Cost = "cost";
    public const string Latency = "latency";
    public const string Mean = "mean";
    public const string Total = "total";

    public string? TestingCriterion => null;

    public bool IsByScores => false;

    public RuleResult Judge(GateEvidence evidence)
    {
        List<MeasureMean> known = [.. evidence.Items.Select(Measure).Where(measure => measure.Value is not null).OrderBy(measure => measure.Value)];
        var unknown = evidence.Items.Count(item => Measure(item).Value is null && !item.Whole.IsErrored);
        if (known.Count == 0)
        {
            return Result(GateVerdict.Inconclusive, null, 0, unknown, "It is known for no item: no model was called, or its price is not configured.");
        }

        // Of a sum the known part can already be too much; a mean or percentile of a part says nothing of the rest.
        var figure = Figure(known);
        var isDecided = unknown == 0 || (Statistic == Total && figure > AtMost);
        return Result(
            isDecided ? GateVerdict.Of(figure <= AtMost) : GateVerdict.Inconclusive,
            figure,
            known.Count,
            isDecided ? null : unknown,
            Invariant($"It is {figure:0.########}{(unknown > 0 ? $" over the {known.Count} items for which it is known" : "")}."));
    }

    /// <param name="known">In their order.</param>
    private double Figure(List<MeasureMean> known) => Statistic switch
    {
        Mean => known.Average(measure => measure.Value!.Value),
        Total => known.Sum(measure => measure.Sum),
        _ => known[(int)Math.Ceiling(int.Parse(Statistic.AsSpan(1), CultureInfo.InvariantCulture) / 100.0 * known.Count) - 1].Value!.Value,
    };

    private RuleResult Result(string verdict, double? figure, int items, int? missing, string reason) => new(
        Type, null, Invariant($"{Statistic} {Unit} at most {AtMost}"), verdict, new Estimate(figure, null, null), items, missing, reason, []);
}
