using LlmGateway.Evaluation.Comparisons;
using LlmGateway.Evaluation.Evals;
using LlmGateway.Evaluation.Gates.Rules;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Gates;

/// <summary>The body of <c>POST /v1/evals/{id}/gates</c>.</summary>
/// <param name="Runs">The runs that are judged, each with the request's field that names it.</param>
/// <param name="Baseline">The run to be no worse than; null for none.</param>
/// <param name="Rules">What they have to keep.</param>
/// <param name="Cluster">Which items belong together.</param>
/// <param name="Seed">Chooses the resamples; 1 by default.</param>
internal sealed record GateRequest(
    IReadOnlyList<(string Id, string Field)> Runs, string? Baseline, IReadOnlyList<IGateRule> Rules, ClusterChoice Cluster, int Seed)
{
    private const int MaxRules = 50;
    private const int MaxIdLength = 64;

    /// <exception cref="ApiException">It is malformed, or a rule needs a baseline and there is none (400).</exception>
    public static GateRequest Read(JsonFields fields, EvalDefinition definition)
    {
        fields.Only("run_id", "runs", "baseline", "rules", ClusterChoice.Field, "seed");
        var baseline = fields.FindText("baseline", MaxIdLength);
        var reader = new RuleReader(definition);
        var rules = fields.List("rules", 1, MaxRules).Select(entry => reader.Read(JsonFields.Of(entry.Element, entry.Path))).ToList();
        if (baseline is null && rules.Exists(rule => rule is NonInferiorityRule))
        {
            throw JsonFields.Invalid("The rule 'non_inferiority' compares with a run: name it in 'baseline'.", "baseline");
        }

        return new GateRequest(
            ReadRuns(fields, baseline), baseline, rules, ClusterChoice.Read(fields, definition.Config.Scope), fields.FindInteger("seed", 0, int.MaxValue) ?? 1);
    }

    private static IReadOnlyList<(string, string)> ReadRuns(JsonFields fields, string? baseline)
    {
        if (fields.Find("runs") is not null && fields.Find("run_id") is not null)
        {
            throw JsonFields.Invalid("Give 'run_id' or 'runs', not both.", "runs");
        }

        if (fields.Find("runs") is not null)
        {
            return [.. ComparisonRequest.ReadRuns(fields, "runs", baseline).Select((id, index) => (id, $"runs[{index}]"))];
        }

        var run = fields.Text("run_id", MaxIdLength);
        return run != baseline ? [(run, "run_id")] : throw JsonFields.Invalid("The run is its own baseline.", "baseline");
    }
}
