using LlmGateway.Contracts.Gateway;

namespace LlmGateway.Gateway.Experiments;

/// <summary>What an experiment may be measured by.</summary>
internal static class ExperimentMeasures
{
    private const int MaxGuardrails = 8;
    private const int MaxNameLength = 64;

    /// <summary>In the metric's unit; no measure of a call is nearly as large.</summary>
    private const double MaxDifference = 1e9;

    private const string Max = "max";
    private const string Min = "min";

    /// <summary>Two failures in a hundred calls more, and half a second, are borne.</summary>
    private static readonly ExperimentGuardrail[] Defaults =
    [
        new(ExperimentMetric.ErrorRate, Min, 0.02, 0.05),
        new(ExperimentMetric.Latency, Min, 500, 1000),
    ];

    /// <exception cref="Service.ApiException">400, naming the field.</exception>
    public static ExperimentGoal ReadGoal(GoalRequest? goal)
    {
        if (goal is null)
        {
            throw ExperimentRules.Refused("'goal' is required: the 'metric' that decides, and the 'effect' that matters.", "goal");
        }

        var (metric, optimize) = ReadMetric(goal.Metric, goal.Optimize, "goal");
        return new ExperimentGoal(metric, optimize, ReadEffect(goal.Effect, "goal"));
    }

    /// <inheritdoc cref="ReadGoal"/>
    public static IReadOnlyList<ExperimentGuardrail> ReadGuardrails(IReadOnlyList<ExperimentGuardrailRequest>? guardrails)
    {
        if (guardrails is null)
        {
            return Defaults;
        }

        if (guardrails.Count > MaxGuardrails)
        {
            throw ExperimentRules.Refused($"'guardrails' may hold at most {MaxGuardrails}.", "guardrails");
        }

        var read = new List<ExperimentGuardrail>();
        foreach (var guardrail in guardrails)
        {
            var field = $"guardrails[{read.Count}]";
            read.Add(Read(guardrail ?? throw ExperimentRules.Refused($"'{field}' must be an object.", field), field));
            if (read.Take(read.Count - 1).Any(other => other.Metric == read[^1].Metric))
            {
                throw ExperimentRules.Refused($"'{field}.metric' has a guardrail already.", $"{field}.metric");
            }
        }

        return read;
    }

    private static ExperimentGuardrail Read(ExperimentGuardrailRequest guardrail, string field)
    {
        var (metric, optimize) = ReadMetric(guardrail.Metric, guardrail.Optimize, field);
        var margin = guardrail.Margin ?? 0;
        return margin is >= 0 and <= MaxDifference
            ? new ExperimentGuardrail(metric, optimize, margin, ReadEffect(guardrail.Effect, field))
            : throw ExperimentRules.Refused($"'{field}.margin' must be from 0 to {MaxDifference:0}.", $"{field}.margin");
    }

    private static (string Metric, string Optimize) ReadMetric(string? metric, string? optimize, string field)
    {
        if (metric is not { Length: > 0 and <= MaxNameLength } || !metric.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.'))
        {
            throw ExperimentRules.Refused($"'{field}.metric' must be a feedback metric, or one of {string.Join(", ", ExperimentMetric.All)}.", $"{field}.metric");
        }

        var needsNoFeedback = ExperimentMetric.All.Contains(metric);
        return optimize switch
        {
            null => (metric, needsNoFeedback ? Min : Max),
            Min => (metric, Min),
            Max when !needsNoFeedback => (metric, Max),
            _ => throw ExperimentRules.Refused(
                needsNoFeedback ? $"Of '{metric}' less is better: '{field}.optimize' must be 'min'." : $"'{field}.optimize' may be 'max' or 'min'.", $"{field}.optimize"),
        };
    }

    private static double ReadEffect(double? effect, string field) => effect is > 0 and <= MaxDifference
        ? effect.Value
        : throw ExperimentRules.Refused($"'{field}.effect' is required: the difference that matters, above 0 and up to {MaxDifference:0}.", $"{field}.effect");
}
