using System.Text.Json;

namespace LlmGateway.OpenAI;

/// <summary>How a model is trained.</summary>
public sealed record FineTuningMethod : WireObject
{
    /// <summary><c>supervised</c>, <c>dpo</c> or <c>reinforcement</c>.</summary>
    public string? Type { get; init; }

    public FineTuningMethodSettings? Supervised { get; init; }

    public FineTuningMethodSettings? Dpo { get; init; }

    public FineTuningMethodSettings? Reinforcement { get; init; }
}

/// <summary>Settings of one method; those beside the hyperparameters are kept as they are.</summary>
public sealed record FineTuningMethodSettings : WireObject
{
    public FineTuningHyperparameters? Hyperparameters { get; init; }
}

/// <summary>Each a number, or <c>auto</c>; null means <c>auto</c>.</summary>
public sealed record FineTuningHyperparameters : WireObject
{
    /// <summary>Passes over the training data, 1 to 50.</summary>
    public JsonElement? NEpochs { get; init; }

    /// <summary>Examples a step, 1 to 256.</summary>
    public JsonElement? BatchSize { get; init; }

    /// <summary>Factor of the backend's own learning rate, above 0.</summary>
    public JsonElement? LearningRateMultiplier { get; init; }

    /// <summary>What is wrong, by OpenAI's ranges, such as <c>('n_epochs', "'auto' or an integer from 1 to 50")</c>; null when nothing is.</summary>
    public (string Name, string Expected)? FindError() =>
        !IsWhole(NEpochs, 50) ? ("n_epochs", "'auto' or an integer from 1 to 50")
        : !IsWhole(BatchSize, 256) ? ("batch_size", "'auto' or an integer from 1 to 256")
        : !IsAuto(LearningRateMultiplier) && Number(LearningRateMultiplier) is not > 0 ? ("learning_rate_multiplier", "'auto' or a number above 0")
        : null;

    /// <summary>The number; null for <c>auto</c>.</summary>
    public static double? Number(JsonElement? value) => value is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : null;

    private static bool IsWhole(JsonElement? value, int most) =>
        IsAuto(value) || (value is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var whole) && whole >= 1 && whole <= most);

    private static bool IsAuto(JsonElement? value) =>
        value is null or { ValueKind: JsonValueKind.Null } || (value is { ValueKind: JsonValueKind.String } text && text.ValueEquals("auto"));
}
