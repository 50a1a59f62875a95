using System.Text.Json;
using LlmGateway.Evaluation.Sources;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Calibrations.Labels;

/// <summary>
/// What reviewers found in an annotation queue: <c>{"type": "annotation_queue", "id"}</c>. Its items are those of the run's
/// outputs, or of the calls that gave them.
/// </summary>
internal sealed class QueueLabels : IHumanLabels
{
    private const int PageSize = 100;
    private const int MostLabels = 100_000;
    private const int LongestId = 64;

    private readonly Dictionary<string, string> _labels;
    private readonly LabelRule _rule;
    private readonly string _field;

    private QueueLabels(Dictionary<string, string> labels, LabelRule rule, string field) => (_labels, _rule, _field) = (labels, rule, field);

    /// <exception cref="ApiException">There is no such queue (404), it cannot be asked (503), or has more than 100,000 labels (400).</exception>
    public static async Task<QueueLabels> ReadAsync(JsonFields fields, DatasetsClient datasets, Caller caller, CancellationToken cancellationToken)
    {
        fields.Only("type", "id", LabelRule.ThresholdField, LabelRule.LabelsField);
        var (rule, field) = (LabelRule.Read(fields), fields.At("id"));
        var queue = fields.Text("id", LongestId);
        var labels = new Dictionary<string, string>();
        for (string? after = null; ;)
        {
            var path = $"/v1/annotation_queues/{Uri.EscapeDataString(queue)}/results?limit={PageSize}{(after is null ? "" : $"&after={Uri.EscapeDataString(after)}")}";
            var page = await datasets.FindAsync(caller, path, cancellationToken)
                ?? throw new ApiException(ApiErrors.NotFound($"There is no annotation queue '{JsonFields.Shortened(queue)}'.", field));
            Add(page, labels);
            if (labels.Count > MostLabels)
            {
                throw JsonFields.Invalid($"The queue has more than {MostLabels} labels.", field);
            }

            if (!page.GetProperty("has_more").GetBoolean())
            {
                return new QueueLabels(labels, rule, field);
            }

            after = page.GetProperty("last_id").GetString();
        }
    }

    public bool? Find(LabelledOutput output)
    {
        var label = _labels.GetValueOrDefault(output.Id) ?? (output.InferenceId is { } call ? _labels.GetValueOrDefault(call) : null);
        return label is null ? null : _rule.Passes(label, $"Item {output.Index}", _field);
    }

    /// <summary>An item that reviewers have not agreed on has no label yet.</summary>
    private static void Add(JsonElement page, Dictionary<string, string> labels)
    {
        foreach (var result in page.GetProperty("data").EnumerateArray())
        {
            if (result.GetProperty("label") is not { ValueKind: not JsonValueKind.Null } label)
            {
                continue;
            }

            var text = label.ValueKind == JsonValueKind.String ? label.GetString()! : label.GetRawText();
            labels[result.GetProperty("source").GetProperty("id").GetString()!] = text;
            if (result.GetProperty("inference_id").GetString() is { } call)
            {
                labels[call] = text;
            }
        }
    }
}
