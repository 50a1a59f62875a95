using LlmGateway.Evaluation.Graders;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Comparisons;

/// <summary>The body of <c>POST /v1/evals/{id}/comparisons</c>.</summary>
/// <param name="Baseline">The run to compare with.</param>
/// <param name="Candidates">The runs that are compared with it.</param>
/// <param name="Criteria">The graders by whose scores; all of the eval's where none are named.</param>
/// <param name="Seed">Chooses the resamples; 1 by default.</param>
internal sealed record ComparisonRequest(string Baseline, IReadOnlyList<string> Candidates, IReadOnlyList<IGrader> Criteria, int Seed)
{
    private const int MaxCandidates = 10;
    private const int MaxIdLength = 64;

    /// <exception cref="ApiException">It is malformed, or names a criterion that the eval has not (400).</exception>
    public static ComparisonRequest Read(JsonFields fields, IReadOnlyList<IGrader> graders)
    {
        fields.Only("baseline", "candidates", "testing_criteria", "seed");
        var baseline = fields.Text("baseline", MaxIdLength);
        var candidates = fields.List("candidates", 1, MaxCandidates);
        var ids = candidates.Select(entry => JsonFields.AsText(entry.Element, entry.Path, MaxIdLength)).ToList();
        for (var index = 0; index < ids.Count; index++)
        {
            if (ids[index] == baseline || ids.IndexOf(ids[index]) < index)
            {
                throw JsonFields.Invalid($"The run '{ids[index]}' stands in the comparison twice.", candidates[index].Path);
            }
        }

        return new ComparisonRequest(baseline, ids, ReadCriteria(fields, graders), fields.FindInteger("seed", 0, int.MaxValue) ?? 1);
    }

    private static IReadOnlyList<IGrader> ReadCriteria(JsonFields fields, IReadOnlyList<IGrader> graders)
    {
        if (fields.Find("testing_criteria") is null)
        {
            return graders;
        }

        return
        [
            .. fields.List("testing_criteria", 1, graders.Count).Select(entry =>
            {
                var name = JsonFields.AsText(entry.Element, entry.Path);
                return graders.FirstOrDefault(grader => grader.Name == name) ?? throw JsonFields.Invalid(
                    $"The eval has no testing criterion '{JsonFields.Shortened(name)}', but {string.Join(", ", graders.Select(grader => grader.Name))}.", entry.Path);
            }).Distinct(),
        ];
    }
}
