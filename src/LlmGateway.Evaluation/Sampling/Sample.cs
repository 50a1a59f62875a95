using System.Text.Json;
using LlmGateway.Evaluation.Models;
using LlmGateway.Evaluation.Sampling.Blocks;

namespace LlmGateway.Evaluation.Sampling;

/// <summary>What an item's model said, called or recorded.</summary>
/// <param name="Input">The messages that it was asked with, a JSON list; empty for a recorded output.</param>
/// <param name="OutputText">Its words.</param>
/// <param name="Model">Its name; empty if nobody recorded it.</param>
internal sealed record Sample(JsonElement Input, string OutputText, string Model)
{
    public static readonly JsonElement NoMessages = JsonText.Parse("[]");

    public string FinishReason { get; init; } = "stop";

    public JsonElement? ToolCalls { get; init; }

    /// <summary>What a reasoning model told of its thoughts; null for nothing.</summary>
    public string? ReasoningSummary { get; init; }

    /// <summary>Null where no model was called.</summary>
    public ModelUsage? Usage { get; init; }

    public string? InferenceId { get; init; }

    public decimal? CostUsd { get; init; }

    public double? LatencyMs { get; init; }

    /// <summary>The passages that its prompt was given, best first; null where none were looked for.</summary>
    public IReadOnlyList<RetrievedPassage>? Retrieved { get; init; }

    /// <summary>The recorded sample's own members, where it came with the item: templates may name them.</summary>
    public JsonElement? Recorded { get; init; }

    public static Sample Of(JsonElement input, ModelAnswer answer) => new(input, answer.Content.Text, answer.Usage.Model)
    {
        FinishReason = answer.Content.FinishReason,
        ToolCalls = answer.Content.ToolCalls,
        ReasoningSummary = answer.Content.ReasoningSummary,
        Usage = answer.Usage,
        InferenceId = answer.InferenceId,
        CostUsd = answer.CostUsd,
        LatencyMs = answer.LatencyMs,
    };

    /// <summary>As templates see it.</summary>
    public JsonElement ForTemplates() => Recorded ?? JsonText.Parse(JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("output_text", OutputText);
        writer.WriteString("model", Model);
        writer.WriteString("finish_reason", FinishReason);
        writer.WritePropertyName("output_tools");
        if (ToolCalls is { } calls)
        {
            calls.WriteTo(writer);
        }
        else
        {
            writer.WriteStartArray();
            writer.WriteEndArray();
        }

        if (ReasoningSummary is { } summary)
        {
            writer.WriteString("output_reasoning_summary", summary);
        }

        if (Retrieved is { } passages)
        {
            writer.WritePropertyName("retrieved");
            JsonSerializer.Serialize(writer, passages, EvaluationJson.TypeInfo<IReadOnlyList<RetrievedPassage>>());
        }

        writer.WriteEndObject();
    }));
}
