using LlmGateway.Evaluation.Evals;
using LlmGateway.Evaluation.Sources;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Insights;

/// <summary>The body of <c>POST /v1/insights</c>, less the eval and the run.</summary>
/// <param name="Criteria">By which an item passes: the named one, or all but the one by which a person judged.</param>
/// <param name="Probes">What is measured, and with what.</param>
/// <param name="MaxItems">The most failed items that are probed: 100 by default, from 1 to 500. As many that passed are the controls.</param>
/// <param name="Budget">The most model calls of all probes together, not counting judges': 2,000 by default, from 1 to 100,000.</param>
/// <param name="Seed">Chooses the items; 1 by default.</param>
internal sealed record InsightSettings(IReadOnlyList<string> Criteria, ProbeSettings Probes, int MaxItems, int Budget, int Seed)
{
    private const int DefaultMaxItems = 100;
    private const int MostItems = 500;
    private const int DefaultBudget = 2_000;
    private const int LargestBudget = 100_000;

    /// <exception cref="ApiException">It is malformed, or refers to what is not there (400).</exception>
    public static async Task<InsightSettings> ReadAsync(
        JsonFields fields, EvalDefinition definition, DatasetsClient datasets, Caller caller, CancellationToken cancellationToken)
    {
        fields.Only("eval_id", "run_id", "testing_criterion", "probes", "max_items", "budget", "seed");
        var probes = await ProbeSettings.ReadAsync(fields.FindObject("probes"), definition, datasets, caller, cancellationToken);
        IReadOnlyList<string> criteria = fields.Find("testing_criterion") is null
            ? [.. definition.Graders.Select(grader => grader.Name).Where(name => name != probes.HumanCriterion)]
            : [fields.Criterion("testing_criterion", definition.Graders)];
        if (criteria.Count == 0 || criteria.Contains(probes.HumanCriterion))
        {
            throw JsonFields.Invalid($"'{probes.HumanCriterion}' cannot be the person's judgement and the one that is explained.", "probes.human.name");
        }

        return new InsightSettings(
            criteria,
            probes,
            fields.FindInteger("max_items", 1, MostItems) ?? DefaultMaxItems,
            fields.FindInteger("budget", 1, LargestBudget) ?? DefaultBudget,
            fields.FindInteger("seed", 0, int.MaxValue) ?? 1);
    }
}
