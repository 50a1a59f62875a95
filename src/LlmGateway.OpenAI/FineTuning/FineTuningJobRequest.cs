using System.Text.Json;

namespace LlmGateway.OpenAI;

/// <summary>Body of <c>POST /v1/fine_tuning/jobs</c>.</summary>
public record FineTuningJobRequest : WireObject
{
    /// <summary>The base model.</summary>
    public string? Model { get; init; }

    /// <summary>A file of JSON lines with the purpose <c>fine-tune</c>.</summary>
    public string? TrainingFile { get; init; }

    public string? ValidationFile { get; init; }

    /// <summary>Deprecated by OpenAI in favour of <see cref="Method"/>, and still sent by its SDKs.</summary>
    public FineTuningHyperparameters? Hyperparameters { get; init; }

    public FineTuningMethod? Method { get; init; }

    /// <summary>Becomes a part of the fine-tuned model's name, at most 64 characters.</summary>
    public string? Suffix { get; init; }

    /// <summary>0 to 2,147,483,647; chosen when null.</summary>
    public long? Seed { get; init; }

    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    public JsonElement? Integrations { get; init; }
}
