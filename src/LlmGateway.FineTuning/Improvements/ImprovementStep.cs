using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmGateway.FineTuning.Improvements;

/// <summary>A step as callers see it.</summary>
/// <param name="Name">One of <see cref="All"/>.</param>
/// <param name="Status"><c>pending</c>, <c>running</c>, <c>completed</c>, <c>failed</c> or <c>skipped</c>.</param>
/// <param name="StartedAt">Unix seconds; null until it has begun.</param>
/// <param name="FinishedAt">Unix seconds; null until it has ended.</param>
/// <param name="Summary">What came of it, in a sentence; null until it has ended.</param>
/// <param name="Result">Its figures and the ids of what it made; null for none.</param>
internal sealed record ImprovementStep(string Name, string Status, long? StartedAt, long? FinishedAt, string? Summary, JsonObject? Result)
{
    public const string Pending = "pending";
    public const string Running = "running";
    public const string Completed = "completed";
    public const string Failed = "failed";
    public const string Skipped = "skipped";

    public const string Select = "select";
    public const string Clean = "clean";
    public const string Split = "split";
    public const string Validate = "validate";
    public const string Estimate = "estimate";
    public const string Train = "train";
    public const string Evaluate = "evaluate";
    public const string Report = "report";
    public const string Canary = "canary";

    /// <summary>The steps in their order, each with the stage that does it.</summary>
    public static readonly IReadOnlyList<(string Name, string Stage)> All =
    [
        (Select, ImprovementStage.Selecting), (Clean, ImprovementStage.Selecting), (Split, ImprovementStage.Selecting),
        (Validate, ImprovementStage.Training), (Estimate, ImprovementStage.Training), (Train, ImprovementStage.Training),
        (Evaluate, ImprovementStage.Evaluating), (Report, ImprovementStage.Crediting), (Canary, ImprovementStage.Canarying),
    ];
}

/// <summary>The steps of an improvement.</summary>
internal static class ImprovementSteps
{
    public static string Initial => Write([.. ImprovementStep.All.Select(step => Fresh(step.Name))]);

    public static List<ImprovementStep> Read(string json) => JsonSerializer.Deserialize(json, FineTuningJsonContext.Default.ListImprovementStep)!;

    public static string Write(List<ImprovementStep> steps) => JsonSerializer.Serialize(steps, FineTuningJsonContext.Default.ListImprovementStep);

    public static ImprovementStep Step(this Improvement row, string name) => Read(row.Steps).Single(step => step.Name == name);

    /// <summary>A step has begun, unless it has already.</summary>
    public static void Begin(this Improvement row, string name, long now) => row.Change(
        name, step => step.Status == ImprovementStep.Pending ? step with { Status = ImprovementStep.Running, StartedAt = now } : step);

    /// <summary>A step has ended.</summary>
    public static void End(this Improvement row, string name, string status, string summary, JsonObject? result, long now) => row.Change(
        name, step => step with { Status = status, StartedAt = step.StartedAt ?? now, FinishedAt = now, Summary = summary, Result = result });

    /// <summary>What is under way is ended where it is.</summary>
    public static void EndRunning(this Improvement row, string status, string summary, long now)
    {
        foreach (var step in Read(row.Steps).Where(step => step.Status == ImprovementStep.Running))
        {
            row.End(step.Name, status, summary, step.Result, now);
        }
    }

    /// <summary>A step and those after it are to be done again.</summary>
    public static void Reset(this Improvement row, string name)
    {
        var steps = Read(row.Steps);
        var from = steps.FindIndex(step => step.Name == name);
        row.Steps = Write([.. steps.Select((step, index) => index < from ? step : Fresh(step.Name))]);
    }

    private static void Change(this Improvement row, string name, Func<ImprovementStep, ImprovementStep> change) =>
        row.Steps = Write([.. Read(row.Steps).Select(step => step.Name == name ? change(step) : step)]);

    private static ImprovementStep Fresh(string name) => new(name, ImprovementStep.Pending, null, null, null, null);
}
