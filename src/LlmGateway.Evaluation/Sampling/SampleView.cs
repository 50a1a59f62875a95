using System.Text.Json;
using System.Text.Json.Serialization;
using LlmGateway.Evaluation.Models;
using LlmGateway.Evaluation.Sampling.Blocks;

namespace LlmGateway.Evaluation.Sampling;

/// <summary>A sample in OpenAI's form. Ours are <c>inference_id</c>, <c>cost_usd</c>, <c>latency_ms</c>, <c>output_tools</c> and <c>retrieved</c>.</summary>
internal sealed record SampleView(
    JsonElement Input,
    IReadOnlyList<SampleMessage> Output,
    string FinishReason,
    string Model,
    SampleUsage Usage,
    ApiFault? Error,
    double Temperature,
    long? MaxCompletionTokens,
    double TopP,
    long? Seed,
    JsonElement? OutputTools,
    string? InferenceId,
    decimal? CostUsd,
    double? LatencyMs,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<RetrievedPassage>? Retrieved)
{
    /// <param name="sample">The sample.</param>
    /// <param name="request">How it was asked for; null where it was recorded.</param>
    public static SampleView Of(Sample sample, ModelRequest? request) => new(
        sample.Input,
        [new SampleMessage("assistant", sample.OutputText)],
        sample.FinishReason,
        sample.Model,
        SampleUsage.Of(sample.Usage),
        null,
        request?.Temperature ?? 1,
        request?.MaxCompletionTokens,
        request?.TopP ?? 1,
        request?.Seed,
        sample.ToolCalls,
        sample.InferenceId,
        sample.CostUsd,
        sample.LatencyMs,
        sample.Retrieved);

    /// <summary>The sample that could not be had.</summary>
    public static SampleView Of(ApiFault fault, string model, ModelRequest? request) =>
        Of(new Sample(Sample.NoMessages, "", model) { FinishReason = "error" }, request) with { Output = [], Error = fault };
}

/// <summary>A message of a sample.</summary>
internal sealed record SampleMessage(string Role, string Content);

/// <summary>Tokens of a sample; null where the provider did not say, zero where no model was called.</summary>
internal sealed record SampleUsage(long? TotalTokens, long? CompletionTokens, long? PromptTokens, long? CachedTokens)
{
    public static SampleUsage Of(ModelUsage? usage) => usage is null
        ? new SampleUsage(0, 0, 0, 0)
        : new SampleUsage(usage.TotalTokens, usage.CompletionTokens, usage.PromptTokens, usage.CachedTokens);
}

/// <summary>OpenAI's error inside a run or a sample.</summary>
internal sealed record ApiFault(string Code, string Message);
