using System.Text.Json;

namespace LlmGateway.Evaluation.Attributions;

/// <summary>What was asked for, as it is kept.</summary>
/// <param name="Source">The items.</param>
/// <param name="Base">How samples are had without changes.</param>
/// <param name="Changes">In the order of the stack.</param>
/// <param name="TestingCriterion">The grader by whose scores.</param>
/// <param name="Design">One of <see cref="AttributionDesign.All"/>.</param>
/// <param name="Seed">Chooses resamples and orders.</param>
/// <param name="MaxRuns">What a sampled design may run.</param>
/// <param name="ReuseRuns">Whether earlier runs that did the same work count.</param>
internal sealed record AttributionPlan(
    JsonElement Source, JsonElement Base, IReadOnlyList<Change> Changes, string TestingCriterion, string Design, int Seed, int MaxRuns, bool ReuseRuns)
{
    public static AttributionPlan Read(string json) => JsonSerializer.Deserialize(json, EvaluationJson.TypeInfo<AttributionPlan>())!;

    public string Write() => JsonSerializer.Serialize(this, EvaluationJson.TypeInfo<AttributionPlan>());

    public ChangeStack Stack() => new(Source, Base, Changes);

    public AttributionDesign ToDesign() => AttributionDesign.Of(Design, Changes.Count, MaxRuns, Seed);

    /// <summary>The names of a combination's changes.</summary>
    public IReadOnlyList<string> Names(int combination) =>
        [.. Changes.Index().Where(change => (combination & (1 << change.Index)) != 0).Select(change => change.Item.Name)];
}
