using System.Text.Json;
using System.Text.Json.Serialization;

namespace LlmGateway.OpenAI;

/// <summary>A fine-tuning job.</summary>
public sealed record FineTuningJob : WireObject
{
    public required string Id { get; init; }

    public string Object { get; set; } = "fine_tuning.job";

    /// <summary>Unix seconds.</summary>
    public long CreatedAt { get; init; }

    /// <summary>Why it failed; null unless it did.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public FineTuningError? Error { get; init; }

    /// <summary>Null until it has succeeded.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? FineTunedModel { get; init; }

    /// <summary>Unix seconds; null until it has ended.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public long? FinishedAt { get; init; }

    public FineTuningHyperparameters? Hyperparameters { get; init; }

    public required string Model { get; init; }

    public string OrganizationId { get; set; } = "";

    public IReadOnlyList<string> ResultFiles { get; set; } = [];

    /// <summary>One of <see cref="FineTuningStatus"/>.</summary>
    public required string Status { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public long? TrainedTokens { get; init; }

    public string TrainingFile { get; set; } = "";

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? ValidationFile { get; init; }

    public JsonElement? Integrations { get; init; }

    public long Seed { get; init; }

    public long? EstimatedFinish { get; init; }

    public FineTuningMethod? Method { get; init; }

    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}

/// <summary>Why a job failed.</summary>
public sealed record FineTuningError : WireObject
{
    public string Code { get; set; } = "";

    public string Message { get; set; } = "";

    /// <summary><c>training_file</c> or <c>validation_file</c> where one of them is the cause.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? Param { get; init; }
}

/// <summary>The states of a job, in their order; the last three are final.</summary>
public static class FineTuningStatus
{
    public const string ValidatingFiles = "validating_files";
    public const string Queued = "queued";
    public const string Running = "running";
    public const string Succeeded = "succeeded";
    public const string Failed = "failed";
    public const string Cancelled = "cancelled";

    public static bool IsFinal(string status) => status is Succeeded or Failed or Cancelled;
}
