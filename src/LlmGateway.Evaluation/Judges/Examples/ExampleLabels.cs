using System.Text.Json;

namespace LlmGateway.Evaluation.Judges.Examples;

/// <summary>The labels that examples may have.</summary>
/// <param name="Member">The answer's member that holds it.</param>
/// <param name="Allowed">What is allowed, for messages.</param>
/// <param name="Write">The label's JSON; null for one that is not allowed.</param>
internal sealed record ExampleLabels(string Member, string Allowed, Func<JsonElement, string?> Write)
{
    /// <summary>What the judge would answer to give that label.</summary>
    /// <param name="label">Its JSON.</param>
    public string Answer(string label) => $$"""{"{{Member}}": {{label}}}""";
}
