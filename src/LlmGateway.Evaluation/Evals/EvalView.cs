using System.Text.Json;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Evals;

/// <summary>An eval in OpenAI's form.</summary>
internal sealed record EvalView(
    string Id, string Object, string Name, JsonElement DataSourceConfig, JsonElement TestingCriteria, long CreatedAt, JsonElement Metadata)
{
    public static EvalView Of(Eval eval) => new(
        eval.Id,
        "eval",
        eval.Name,
        JsonText.Parse(eval.DataSourceConfig),
        JsonText.Parse(eval.TestingCriteria),
        UnixMicros.ToSeconds(eval.CreatedAt),
        Evaluation.Metadata.Show(eval.Metadata));
}

/// <summary>The answer to an eval's deletion.</summary>
internal sealed record DeletedEval(string EvalId, string Object = "eval.deleted", bool Deleted = true);
