using System.Text.Json;
using System.Text.Json.Serialization;
using LlmGateway.OpenAI;

namespace LlmGateway.FineTuning.Jobs;

/// <summary>OpenAI's request, and what we take besides.</summary>
internal sealed record JobRequest : FineTuningJobRequest
{
    public const string Supervised = "supervised";

    /// <summary>Instead of <c>training_file</c>.</summary>
    public DatasetReference? Dataset { get; init; }

    /// <summary>The caller's own id: the same request again is the same job.</summary>
    public string? Id { get; init; }

    /// <summary>Whether somebody has to approve it before anything is paid for, also within the project's budget; null means no.</summary>
    public bool? RequiresApproval { get; init; }

    /// <summary>What it may cost in US dollars without somebody's approval, 0 to 1,000,000; null for the project's budget alone.</summary>
    public decimal? MaxCostUsd { get; init; }

    /// <summary>Whether a dataset is trained on although evaluations test by items like its own; null means no.</summary>
    public bool? AllowLeakage { get; init; }

    /// <summary>How the model is compared with its base; null for the default.</summary>
    public EvaluationRequest? Evaluation { get; init; }

    /// <summary>In a message only; a request's project is its key's.</summary>
    public string? Project { get; init; }

    /// <summary>As it is kept and compared: members in one order, absent ones left out.</summary>
    [JsonIgnore]
    public string Canonical => JsonSerializer.Serialize(this, FineTuningJsonContext.Default.JobRequest);

    /// <summary><c>supervised</c>, <c>dpo</c> or <c>reinforcement</c>.</summary>
    [JsonIgnore]
    public string MethodName => Method?.Type ?? Supervised;

    /// <summary>By the method, or as older clients give them; null for none.</summary>
    [JsonIgnore]
    public FineTuningHyperparameters? GivenHyperparameters => Method?.Settings?.Hyperparameters ?? Hyperparameters;

    public static JobRequest Parse(string canonical) => JsonSerializer.Deserialize(canonical, FineTuningJsonContext.Default.JobRequest)!;
}

/// <summary>
/// How a fine-tuned model is compared with its base, on examples that neither has seen: the dataset's <see cref="Split"/>, else the
/// validation data.
/// </summary>
internal sealed record EvaluationRequest : WireObject
{
    /// <summary>Null means yes, where there is data.</summary>
    public bool? Enabled { get; init; }

    /// <summary>The dataset's split; <c>test</c> where the dataset has it, when null.</summary>
    public string? Split { get; init; }

    /// <summary>Examples at most, 1 to 10,000; 500 when null.</summary>
    public int? Sample { get; init; }

    /// <summary>A dataset of other tasks, on which the model is looked at for what it has forgotten; null for none. Of a reference only the dataset, its version and its split count.</summary>
    public DatasetReference? General { get; init; }
}

/// <summary>A version of a dataset, and which of its splits are for what.</summary>
internal sealed record DatasetReference : WireObject
{
    public string? Id { get; init; }

    /// <summary>The newest when null, as it is when the job is made.</summary>
    public JsonElement? Version { get; init; }

    /// <summary>The split to train on. The default is <c>train</c>.</summary>
    public string? Split { get; init; }

    /// <summary>The split to validate on; null for none.</summary>
    public string? ValidationSplit { get; init; }
}
