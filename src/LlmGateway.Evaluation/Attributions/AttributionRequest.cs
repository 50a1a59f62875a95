using LlmGateway.Evaluation.Graders;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Attributions;

/// <summary>Reads the body of <c>POST /v1/attributions</c>.</summary>
internal static class AttributionRequest
{
    private const int MaxChanges = 8;
    private const int DefaultMaxRuns = 64;
    private const int MostRuns = 256;
    private const int ChangesRunInFull = 4;

    public static readonly string[] Members =
        ["eval_id", "name", "source", "base", "changes", "testing_criterion", "design", "seed", "max_runs", "reuse_runs"];

    /// <exception cref="ApiException">It is malformed, or names a criterion that the eval has not (400).</exception>
    public static AttributionPlan Read(JsonFields fields, IReadOnlyList<IGrader> graders)
    {
        var source = fields.Object("source");
        source.Choice("type", "dataset", "file_id", "file_content");
        var baseline = fields.Object("base").Only(["type", .. Change.Members]);
        var changes = ReadChanges(fields);
        var design = fields.Find("design") is not null ? fields.Choice("design", AttributionDesign.All)
            : changes.Count <= ChangesRunInFull ? AttributionDesign.Full
            : AttributionDesign.Sampled;
        return new AttributionPlan(
            source.Element,
            baseline.Element,
            changes,
            ReadCriterion(fields, graders),
            design,
            fields.FindInteger("seed", 0, int.MaxValue) ?? 1,
            ReadMaxRuns(fields, design, changes.Count),
            fields.FindBoolean("reuse_runs", true));
    }

    private static List<Change> ReadChanges(JsonFields fields)
    {
        var entries = fields.List("changes", 1, MaxChanges);
        var changes = entries.Select(entry => Change.Read(JsonFields.Of(entry.Element, entry.Path))).ToList();
        for (var index = 0; index < changes.Count; index++)
        {
            if (changes.FindIndex(change => change.Name == changes[index].Name) < index)
            {
                throw JsonFields.Invalid($"Two changes have the name '{changes[index].Name}'.", $"{entries[index].Path}.name");
            }
        }

        return changes;
    }

    /// <summary>Five runs a change leave room for one pair of orders at least.</summary>
    private static int ReadMaxRuns(JsonFields fields, string design, int changes)
    {
        var maxRuns = fields.FindInteger("max_runs", 5 * changes, MostRuns) ?? DefaultMaxRuns;
        return design != AttributionDesign.Full || 1 << changes <= maxRuns ? maxRuns : throw JsonFields.Invalid(
            $"All combinations of {changes} changes are {1 << changes} runs, and 'max_runs' is {maxRuns}. Raise it, or choose the design '{AttributionDesign.Sampled}'.", "design");
    }

    private static string ReadCriterion(JsonFields fields, IReadOnlyList<IGrader> graders)
    {
        var known = string.Join(", ", graders.Select(grader => grader.Name));
        return fields.FindText("testing_criterion") switch
        {
            null when graders.Count == 1 => graders[0].Name,
            null => throw JsonFields.Invalid($"The eval has several testing criteria ({known}); name the one that counts.", "testing_criterion"),
            var name when graders.Any(grader => grader.Name == name) => name,
            var name => throw JsonFields.Invalid($"The eval has no testing criterion '{JsonFields.Shortened(name)}', but {known}.", "testing_criterion"),
        };
    }
}
