using System.Text.Json;

namespace LlmGateway.OpenAI;

/// <summary>What happened in a job.</summary>
public sealed record FineTuningJobEvent : WireObject
{
    public required string Id { get; init; }

    public string Object { get; set; } = "fine_tuning.job.event";

    /// <summary>Unix seconds.</summary>
    public long CreatedAt { get; init; }

    /// <summary><c>info</c>, <c>warn</c> or <c>error</c>.</summary>
    public string Level { get; set; } = "info";

    public required string Message { get; init; }

    /// <summary><c>message</c> or <c>metrics</c>.</summary>
    public string Type { get; set; } = "message";

    public JsonElement? Data { get; init; }
}
