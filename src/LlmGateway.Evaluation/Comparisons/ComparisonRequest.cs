using LlmGateway.Evaluation.Evals;
using LlmGateway.Evaluation.Graders;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Comparisons;

/// <summary>The body of <c>POST /v1/evals/{id}/comparisons</c>.</summary>
/// <param name="Baseline">The run to compare with.</param>
/// <param name="Candidates">The runs that are compared with it.</param>
/// <param name="Criteria">The graders by whose scores; all of the eval's where none are named.</param>
/// <param name="Cluster">Which items belong together.</param>
/// <param name="Settings">The seed, 1 by default, and <c>mcnemar</c>: <c>exact</c> by default, or <c>mid_p</c>.</param>
internal sealed record ComparisonRequest(
    string Baseline, IReadOnlyList<string> Candidates, IReadOnlyList<IGrader> Criteria, ClusterChoice Cluster, ComparisonSettings Settings)
{
    private const int MaxCandidates = 10;
    private const int MaxIdLength = 64;

    /// <exception cref="ApiException">It is malformed, or names a criterion that the eval has not (400).</exception>
    public static ComparisonRequest Read(JsonFields fields, EvalDefinition definition)
    {
        fields.Only("baseline", "candidates", "testing_criteria", ClusterChoice.Field, "mcnemar", "seed");
        var baseline = fields.Text("baseline", MaxIdLength);
        var useMidP = fields.Find("mcnemar") is not null && fields.Choice("mcnemar", "exact", "mid_p") == "mid_p";
        return new ComparisonRequest(
            baseline,
            ReadRuns(fields, "candidates", baseline),
            ReadCriteria(fields, definition.Graders),
            ClusterChoice.Read(fields, definition.Config.Scope),
            new ComparisonSettings((ulong)(fields.FindInteger("seed", 0, int.MaxValue) ?? 1), useMidP));
    }

    /// <summary>The ids of runs, each of which may stand there once, and the baseline not at all.</summary>
    public static IReadOnlyList<string> ReadRuns(JsonFields fields, string name, string? baseline)
    {
        var runs = fields.List(name, 1, MaxCandidates);
        var ids = runs.Select(entry => JsonFields.AsText(entry.Element, entry.Path, MaxIdLength)).ToList();
        for (var index = 0; index < ids.Count; index++)
        {
            if (ids[index] == baseline || ids.IndexOf(ids[index]) < index)
            {
                throw JsonFields.Invalid($"The run '{JsonFields.Shortened(ids[index])}' stands in the request twice.", runs[index].Path);
            }
        }

        return ids;
    }

    private static IReadOnlyList<IGrader> ReadCriteria(JsonFields fields, IReadOnlyList<IGrader> graders) => fields.Find("testing_criteria") is null
        ? graders
        : [.. fields.List("testing_criteria", 1, graders.Count).Select(entry => graders.Named(JsonFields.AsText(entry.Element, entry.Path), entry.Path)).Distinct()];
}
