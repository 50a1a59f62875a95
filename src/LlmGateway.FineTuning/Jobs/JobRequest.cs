using System.Text.Json;
using System.Text.Json.Serialization;
using LlmGateway.OpenAI;

namespace LlmGateway.FineTuning.Jobs;

/// <summary>OpenAI's request, and what we take besides.</summary>
internal sealed record JobRequest : FineTuningJobRequest
{
    /// <summary>Instead of <c>training_file</c>.</summary>
    public DatasetReference? Dataset { get; init; }

    /// <summary>The caller's own id: the same request again is the same job.</summary>
    public string? Id { get; init; }

    /// <summary>In a message only; a request's project is its key's.</summary>
    public string? Project { get; init; }

    /// <summary>As it is kept and compared: members in one order, absent ones left out.</summary>
    [JsonIgnore]
    public string Canonical => JsonSerializer.Serialize(this, FineTuningJsonContext.Default.JobRequest);

    public static JobRequest Parse(string canonical) => JsonSerializer.Deserialize(canonical, FineTuningJsonContext.Default.JobRequest)!;
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
