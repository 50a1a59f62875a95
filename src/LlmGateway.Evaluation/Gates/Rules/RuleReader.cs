using LlmGateway.Evaluation.Evals;
using LlmGateway.Evaluation.Graders;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Gates.Rules;

/// <summary>Reads a gate's rules.</summary>
/// <param name="definition">The eval, whose criteria they may name.</param>
internal sealed class RuleReader(EvalDefinition definition)
{
    /// <exception cref="ApiException">The rule is malformed, or names a criterion that the eval has not (400).</exception>
    public IGateRule Read(JsonFields fields) => fields.Choice(
        "type", CutoffRule.Type, NonInferiorityRule.Type, MustPassRule.Type, BudgetRule.Cost, BudgetRule.Latency, ErrorsRule.Type) switch
    {
        CutoffRule.Type => ReadCutoff(fields),
        NonInferiorityRule.Type => ReadNonInferiority(fields),
        MustPassRule.Type => ReadMustPass(fields),
        BudgetRule.Cost => ReadCost(fields),
        BudgetRule.Latency => ReadLatency(fields),
        _ => new ErrorsRule(fields.Only("type", "at_most").Number("at_most", 0, 1)),
    };

    private CutoffRule ReadCutoff(JsonFields fields)
    {
        fields.Only("type", "testing_criterion", "metric", "at_least", "by");
        var by = fields.Find("by") is null ? "lower_bound" : fields.Choice("by", "lower_bound", "point");
        var choice = ReadChoice(fields);
        var (low, high) = choice.UseScore ? (double.MinValue, double.MaxValue) : (0, 1);
        return new CutoffRule(choice, fields.Number("at_least", low, high), by == "lower_bound");
    }

    private NonInferiorityRule ReadNonInferiority(JsonFields fields)
    {
        fields.Only("type", "testing_criterion", "metric", "margin");
        var choice = ReadChoice(fields);
        return new NonInferiorityRule(choice, fields.Number("margin", 0, choice.UseScore ? double.MaxValue : 1));
    }

    private MustPassRule ReadMustPass(JsonFields fields)
    {
        fields.Only("type", "testing_criterion", "where");
        var where = fields.FindObject("where") is { } filter ? ItemFilter.Read(filter, definition.Config.Scope) : null;
        return new MustPassRule(ReadChoice(fields), where, fields.Path);
    }

    private static BudgetRule ReadCost(JsonFields fields)
    {
        fields.Only("type", "statistic", "at_most");
        var statistic = fields.Find("statistic") is null ? BudgetRule.Mean : fields.Choice("statistic", BudgetRule.Mean, BudgetRule.Total);
        return new BudgetRule(
            BudgetRule.Cost, statistic == BudgetRule.Total ? "cost in US dollars" : "cost of an item in US dollars", item => item.CostUsd, statistic, fields.Number("at_most", 0, 1e9));
    }

    private static BudgetRule ReadLatency(JsonFields fields)
    {
        fields.Only("type", "statistic", "at_most");
        var statistic = fields.Find("statistic") is null ? BudgetRule.Mean : fields.Choice("statistic", BudgetRule.Mean, "p50", "p90", "p95", "p99");
        return new BudgetRule(BudgetRule.Latency, "latency in ms", item => item.LatencyMs, statistic, fields.Number("at_most", 0, 1e9));
    }

    /// <summary>All graders together where no criterion is named; passes where no metric is.</summary>
    private ScoreChoice ReadChoice(JsonFields fields)
    {
        var useScore = fields.Find("metric") is not null && fields.Choice("metric", "pass_rate", "mean_score") == "mean_score";
        if (fields.FindText("testing_criterion") is not { } name)
        {
            return !useScore
                ? new ScoreChoice(null, -1, false, true)
                : throw JsonFields.Invalid($"A mean score is one criterion's: name it in '{fields.At("testing_criterion")}'.", fields.At("testing_criterion"));
        }

        var grader = definition.Graders.Named(name, fields.At("testing_criterion"));
        var index = definition.Graders.ToList().IndexOf(grader);
        return new ScoreChoice(grader.Name, index, useScore, !useScore || grader.IsBinary);
    }
}
