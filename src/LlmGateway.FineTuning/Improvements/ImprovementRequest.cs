using System.Text.Json;
using System.Text.Json.Serialization;
using LlmGateway.OpenAI;

namespace LlmGateway.FineTuning.Improvements;

/// <summary>The body of <c>POST /v1/improvements</c>.</summary>
internal sealed record ImprovementRequest : WireObject
{
    /// <summary>All of it goes on by itself, as long as it stays within the budgets.</summary>
    public const string Auto = "auto";

    /// <summary>Somebody approves the training and the canary.</summary>
    public const string Manual = "manual";

    /// <summary>What is improved, as callers name it: an alias, a route or a model.</summary>
    public string? Route { get; init; }

    /// <summary>What better means.</summary>
    public ImprovementGoal? Goal { get; init; }

    /// <summary>What training may cost in US dollars without being asked, 0 to 1,000,000; null for the project's own budget alone.</summary>
    public decimal? BudgetUsd { get; init; }

    /// <summary><see cref="Auto"/> or <see cref="Manual"/>, the default.</summary>
    public string? Approve { get; init; }

    /// <summary>The model to train; the route's own when null, where it is one that can be trained.</summary>
    public string? BaseModel { get; init; }

    /// <summary>Which calls are learned from; null for the corrected ones where there are enough, else for those that the goal's metric calls good.</summary>
    public ImprovementSelection? Select { get; init; }

    /// <summary>OpenAI's <c>method</c> of a job; null for supervised training.</summary>
    public FineTuningMethod? Method { get; init; }

    /// <summary>A part of the new model's name, 1 to 64 letters, digits, '-', '_' and '.'; null for none.</summary>
    public string? Suffix { get; init; }

    /// <summary>Members of the canary's experiment: <c>steps</c>, <c>unit</c>, <c>guardrails</c>, <c>min_units</c>, <c>min_seconds</c> and <c>alpha</c>; null for the defaults.</summary>
    public JsonElement? Canary { get; init; }

    /// <summary>Whether somebody is asked.</summary>
    [JsonIgnore]
    public bool IsManual => Approve != Auto;

    public static ImprovementRequest Parse(string json) => JsonSerializer.Deserialize(json, FineTuningJsonContext.Default.ImprovementRequest)!;

    public string Write() => JsonSerializer.Serialize(this, FineTuningJsonContext.Default.ImprovementRequest);
}

/// <summary>What better means on the route.</summary>
internal sealed record ImprovementGoal : WireObject
{
    public const double DefaultEffect = 0.05;

    /// <summary>A boolean or float metric of feedback.</summary>
    public string? Metric { get; init; }

    /// <summary><c>max</c>, the default, or <c>min</c>.</summary>
    public string? Optimize { get; init; }

    /// <summary>The difference that matters, above 0; null for <see cref="DefaultEffect"/>.</summary>
    public double? Effect { get; init; }
}

/// <summary>Members of a version made from logged calls, as <c>POST /v1/datasets/{id}/from_inferences</c> has them; what is null has a default of ours.</summary>
internal sealed record ImprovementSelection : WireObject
{
    /// <summary>More conditions beside the route.</summary>
    public JsonElement? Filter { get; init; }

    public string? Output { get; init; }

    public JsonElement? Sample { get; init; }

    public int? Limit { get; init; }

    public JsonElement? Curation { get; init; }

    public JsonElement? Split { get; init; }
}
