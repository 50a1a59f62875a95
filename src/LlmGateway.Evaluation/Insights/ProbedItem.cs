namespace LlmGateway.Evaluation.Insights;

/// <summary>An item with what was measured of it.</summary>
/// <param name="Target">The item.</param>
/// <param name="Evidence">What was measured.</param>
/// <param name="Label">Why it failed; null for a control.</param>
internal sealed record ProbedItem(ProbeTarget Target, Evidence Evidence, string? Label)
{
    public static ProbedItem Of(ProbeTarget target, Evidence evidence) => new(target, evidence, target.IsControl ? null : Diagnosis.Label(evidence));
}
