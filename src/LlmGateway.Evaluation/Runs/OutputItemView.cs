using System.Text.Json;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Runs;

/// <summary>An output item in OpenAI's form, and which of its item's samples it is; its status is <c>pass</c>, <c>fail</c>, <c>error</c>, <c>abstained</c> or <c>pending</c>.</summary>
internal sealed record OutputItemView(
    string Id,
    string Object,
    string RunId,
    string EvalId,
    long CreatedAt,
    string Status,
    int DatasourceItemId,
    JsonElement DatasourceItem,
    int Repetition,
    JsonElement Results,
    JsonElement Sample)
{
    public static OutputItemView Of(OutputItem item, Run run) => new(
        item.Id,
        "eval.run.output_item",
        run.Id,
        run.EvalId,
        UnixMicros.ToSeconds(item.CreatedAt),
        item.Status,
        item.Index,
        JsonText.Parse(item.Item),
        item.Repetition,
        JsonText.Parse(item.Results ?? "[]"),
        JsonText.Parse(item.Sample ?? "null"));
}
