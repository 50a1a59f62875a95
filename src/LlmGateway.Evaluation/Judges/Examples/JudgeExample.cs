using System.Text.Json;
using LlmGateway.Evaluation.Models;
using LlmGateway.Evaluation.Sampling;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Judges.Examples;

/// <summary>Something that a person judged.</summary>
/// <param name="Input">What was asked; null where it does not matter.</param>
/// <param name="Output">What was answered; null where it stands in the input.</param>
/// <param name="Answer">The person's judgement as the judge would answer it.</param>
internal sealed record JudgeExample(string? Input, string? Output, string Answer)
{
    /// <exception cref="ApiException">It is malformed, or its label is none that the judge may give (400).</exception>
    public static JudgeExample Read(JsonFields fields, ExampleLabels labels)
    {
        fields.Only("input", "output", "label");
        var label = labels.Write(fields.Value("label")) ?? throw JsonFields.Invalid($"'{fields.At("label")}' must be {labels.Allowed}.", fields.At("label"));
        return new JudgeExample(fields.FindText("input"), fields.FindText("output"), labels.Answer(label));
    }

    /// <summary>Reads a dataset's item: its <c>reference</c> is the label, and <c>metadata.output</c> the output.</summary>
    /// <exception cref="ModelException">Its reference is no label that the judge may give.</exception>
    public static JudgeExample Read(SourcedItem item, ExampleLabels labels)
    {
        var label = item.Item.TryGetProperty("reference", out var reference) ? labels.Write(reference) : null;
        return label is null
            ? throw new ModelException("invalid_examples", $"The reference of the example dataset's item {item.Index} must be {labels.Allowed}.")
            : new JudgeExample(Text(item.Item.GetProperty("input")), FindOutput(item.Item), labels.Answer(label));
    }

    private static string? FindOutput(JsonElement item) =>
        item.TryGetProperty("metadata", out var metadata) && metadata.ValueKind == JsonValueKind.Object && metadata.TryGetProperty("output", out var output)
            ? Text(output)
            : null;

    private static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : JsonText.Compact(value);
}
