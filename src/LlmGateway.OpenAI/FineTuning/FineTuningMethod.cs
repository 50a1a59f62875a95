using System.Text.Json;
using System.Text.Json.Serialization;

namespace LlmGateway.OpenAI;

/// <summary>How a model is trained.</summary>
public sealed record FineTuningMethod : WireObject
{
    /// <summary><c>supervised</c>, <c>dpo</c> or <c>reinforcement</c>.</summary>
    public string? Type { get; init; }

    public FineTuningMethodSettings? Supervised { get; init; }

    public FineTuningMethodSettings? Dpo { get; init; }

    public FineTuningMethodSettings? Reinforcement { get; init; }

    /// <summary>The settings of the method that <see cref="Type"/> names; null where it has none.</summary>
    [JsonIgnore]
    public FineTuningMethodSettings? Settings => Type switch
    {
        "supervised" => Supervised,
        "dpo" => Dpo,
        "reinforcement" => Reinforcement,
        _ => null,
    };

    /// <summary>A method with its settings.</summary>
    public static FineTuningMethod Of(string type, FineTuningMethodSettings settings) => type switch
    {
        "dpo" => new() { Type = type, Dpo = settings },
        "reinforcement" => new() { Type = type, Reinforcement = settings },
        _ => new() { Type = type, Supervised = settings },
    };
}

/// <summary>Settings of one method; those beside the hyperparameters are kept as they are.</summary>
public sealed record FineTuningMethodSettings : WireObject
{
    /// <summary>What scores the answers of reinforcement; null for another method.</summary>
    public JsonElement? Grader { get; init; }

    public FineTuningHyperparameters? Hyperparameters { get; init; }
}

/// <summary>Each a number, or <c>auto</c>; null means <c>auto</c>.</summary>
public sealed record FineTuningHyperparameters : WireObject
{
    private static readonly string[] Efforts = ["default", "low", "medium", "high"];

    /// <summary>Passes over the training data, 1 to 50.</summary>
    public JsonElement? NEpochs { get; init; }

    /// <summary>Examples a step, 1 to 256.</summary>
    public JsonElement? BatchSize { get; init; }

    /// <summary>Factor of the backend's own learning rate, above 0.</summary>
    public JsonElement? LearningRateMultiplier { get; init; }

    /// <summary>Of preference: how dear it is to leave the base model's ways, above 0 and up to 2.</summary>
    public JsonElement? Beta { get; init; }

    /// <summary>Of reinforcement: <c>default</c>, <c>low</c>, <c>medium</c> or <c>high</c>.</summary>
    public JsonElement? ReasoningEffort { get; init; }

    /// <summary>Of reinforcement: factor of what is spent on exploring, above 0.00001 and up to 10.</summary>
    public JsonElement? ComputeMultiplier { get; init; }

    /// <summary>Of reinforcement: steps between evaluations, at least 1.</summary>
    public JsonElement? EvalInterval { get; init; }

    /// <summary>Of reinforcement: samples of an evaluation, at least 1.</summary>
    public JsonElement? EvalSamples { get; init; }

    /// <summary>What is wrong, by OpenAI's ranges, such as <c>('n_epochs', "'auto' or an integer from 1 to 50")</c>; null when nothing is.</summary>
    /// <param name="method">The method that they are of.</param>
    public (string Name, string Expected)? FindError(string method = "supervised") =>
        Foreign(method) is { } foreign ? (foreign, $"nothing: the method '{method}' does not have it") :
        !IsWhole(NEpochs, 50) ? ("n_epochs", "'auto' or an integer from 1 to 50")
        : !IsWhole(BatchSize, 256) ? ("batch_size", "'auto' or an integer from 1 to 256")
        : !IsAuto(LearningRateMultiplier) && Number(LearningRateMultiplier) is not > 0 ? ("learning_rate_multiplier", "'auto' or a number above 0")
        : !IsAuto(Beta) && Number(Beta) is not (> 0 and <= 2) ? ("beta", "'auto' or a number above 0 and up to 2")
        : ReasoningEffort is { } effort && !Efforts.Any(one => effort.ValueKind == JsonValueKind.String && effort.ValueEquals(one)) ? ("reasoning_effort", "default, low, medium or high")
        : !IsAuto(ComputeMultiplier) && Number(ComputeMultiplier) is not (> 0.00001 and <= 10) ? ("compute_multiplier", "'auto' or a number above 0.00001 and up to 10")
        : !IsWhole(EvalInterval, int.MaxValue) ? ("eval_interval", "'auto' or an integer from 1")
        : !IsWhole(EvalSamples, int.MaxValue) ? ("eval_samples", "'auto' or an integer from 1")
        : null;

    /// <summary>The number; null for <c>auto</c>.</summary>
    public static double? Number(JsonElement? value) => value is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : null;

    /// <summary>A member that another method has.</summary>
    private string? Foreign(string method)
    {
        (string Name, JsonElement? Value, string Method)[] special =
        [
            ("beta", Beta, "dpo"), ("reasoning_effort", ReasoningEffort, "reinforcement"), ("compute_multiplier", ComputeMultiplier, "reinforcement"),
            ("eval_interval", EvalInterval, "reinforcement"), ("eval_samples", EvalSamples, "reinforcement"),
        ];
        return special.FirstOrDefault(one => one.Value is not null && one.Method != method).Name;
    }

    private static bool IsWhole(JsonElement? value, int most) =>
        IsAuto(value) || (value is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var whole) && whole >= 1 && whole <= most);

    private static bool IsAuto(JsonElement? value) =>
        value is null or { ValueKind: JsonValueKind.Null } || (value is { ValueKind: JsonValueKind.String } text && text.ValueEquals("auto"));
}
