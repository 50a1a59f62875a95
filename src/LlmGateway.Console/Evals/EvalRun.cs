using System.Text.Json;
using LlmGateway.Console.Parts;
using LlmGateway.Statistics;

namespace LlmGateway.Console.Evals;

/// <summary>A run of an eval.</summary>
public sealed record EvalRun(
    string Id,
    string EvalId,
    string Status,
    string Model,
    string Name,
    long CreatedAt,
    RunCounts ResultCounts,
    IReadOnlyList<ModelUsage> PerModelUsage,
    IReadOnlyList<CriterionResult> PerTestingCriteriaResults,
    JsonElement DataSource,
    Fault? Error,
    RepetitionResult? Repetitions)
{
    /// <summary>Whether it is still being worked on.</summary>
    public bool IsOpen => Status is "queued" or "in_progress";

    /// <summary>The model's name; a run of recorded answers has none.</summary>
    public string Answers => Model.Length == 0 ? "recorded answers" : Model;

    /// <summary>The page of the dataset that it reads; null for other sources.</summary>
    public string? DatasetAddress =>
        DataSource.TryGetProperty("source", out var source) && Eval.Text(source, "dataset_id") is { } id
            ? $"datasets/{id}{(Eval.Text(source, "version") is { } version ? $"?version={version}" : "")}"
            : null;
}

/// <summary>A run's items by how they came out; those to come are in the total alone.</summary>
public sealed record RunCounts(int Total, int Errored, int Failed, int Passed, int Abstained)
{
    public int Done => Errored + Failed + Passed + Abstained;

    /// <summary>The share that passed, of those that passed or failed.</summary>
    public Measured Share(bool withInterval = true) => Shares.Of(Passed, Failed, withInterval);
}

/// <summary>Tokens of a model; null where its provider did not say.</summary>
public sealed record ModelUsage(string ModelName, int InvocationCount, long? PromptTokens, long? CompletionTokens, long? TotalTokens, long? CachedTokens);

/// <summary>How items came out by one criterion.</summary>
public sealed record CriterionResult(
    string TestingCriteria, int Passed, int Failed, int Errored, int Abstained, double? MeanScore, Classification? Classification, RepetitionResult? Repetitions)
{
    /// <summary>Samples of one item are no independent ones: where there are several, the share stands without an interval.</summary>
    public Measured Share => Shares.Of(Passed, Failed, Repetitions is null);
}

/// <summary>What repeated samples tell; the lists begin with k = 1.</summary>
public sealed record RepetitionResult(IReadOnlyList<double?> PassAtK, IReadOnlyList<double?> PassHatK, double? VarianceBetweenItems, double? VarianceWithinItems);

/// <summary>What a classification's items say of the classifier; undefined is null.</summary>
public sealed record Classification(
    double? Accuracy, double? Mcc, Averages? Macro, long UnknownPredictions, IReadOnlyList<ClassResult> Classes, IReadOnlyList<IReadOnlyList<long>> Confusion);

/// <summary>Means over labels.</summary>
public sealed record Averages(double Precision, double Recall, double F1);

/// <summary>One label.</summary>
public sealed record ClassResult(string Label, long Support, long Predicted, double? Precision, double? Recall, double? F1);

/// <summary>Shares that passed.</summary>
internal static class Shares
{
    /// <summary>With Wilson's interval, which is also the API's in comparisons.</summary>
    public static Measured Of(int passed, int failed, bool withInterval)
    {
        var total = passed + failed;
        if (total == 0)
        {
            return new Measured(null, null, null);
        }

        var interval = withInterval ? Proportion.Wilson(passed, total) : (Interval?)null;
        return new Measured((double)passed / total, interval?.Low, interval?.High);
    }
}
