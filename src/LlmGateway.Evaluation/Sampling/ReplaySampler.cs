using System.Text.Json;
using LlmGateway.Evaluation.Models;
using LlmGateway.Evaluation.Templates;

namespace LlmGateway.Evaluation.Sampling;

/// <summary>
/// Takes a recorded output for the sample, and calls no model: from the item itself, or from the row at the item's place in
/// another file or dataset.
/// </summary>
/// <param name="model">The model's name, <c>replay/…</c>.</param>
/// <param name="rows">The other rows by their place; null for the item itself.</param>
/// <param name="isRepeated">Whether each item is sampled several times: a list then has an output for each.</param>
internal sealed class ReplaySampler(ReplayModel model, IReadOnlyDictionary<int, JsonElement>? rows, bool isRepeated) : ISampler
{
    public Task<Sample?> SampleAsync(SourcedItem item, CancellationToken cancellationToken)
    {
        var row = rows is null ? item.Item
            : rows.TryGetValue(item.Index, out var other) ? other
            : throw new ModelException("no_recorded_output", $"'{model.Id}' has no row {item.Index}.");
        var output = TemplatePath.Follow(row, model.Field) is { ValueKind: not JsonValueKind.Null } found
            ? found
            : throw new ModelException("no_recorded_output", $"Row {item.Index} of '{model.Id}' has no '{string.Join('.', model.Field)}'.");
        output = isRepeated && output.ValueKind == JsonValueKind.Array ? Repetition(output, item) : output;
        var text = output.ValueKind == JsonValueKind.String ? output.GetString()! : JsonText.Compact(output);
        return Task.FromResult<Sample?>(new Sample(Sample.NoMessages, text, model.Name));
    }

    private JsonElement Repetition(JsonElement outputs, SourcedItem item) => item.Repetition < outputs.GetArrayLength()
        ? outputs[item.Repetition]
        : throw new ModelException("no_recorded_output", $"Row {item.Index} of '{model.Id}' has {outputs.GetArrayLength()} outputs, and not {item.Repetition + 1}.");
}
