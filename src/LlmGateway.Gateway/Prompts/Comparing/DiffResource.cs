using System.Text.Json;
using LlmGateway.Gateway.Prompts.Diff;

namespace LlmGateway.Gateway.Prompts.Comparing;

/// <summary>What is different between two versions, and what each was found to be worth.</summary>
/// <param name="From">The version's number.</param>
/// <param name="To">The version's number; null for a file.</param>
/// <param name="Messages">Messages that are not the same.</param>
/// <param name="Members">Other members that are not the same.</param>
/// <param name="Text">The same for people, as a unified diff.</param>
/// <param name="Evaluations">Completed runs that called the versions by name; null where evaluation is away, and for a file.</param>
internal sealed record DiffResource(
    int From, int? To, IReadOnlyList<MessageDiff> Messages, IReadOnlyList<MemberDiff> Members, string Text, VersionEvaluations? Evaluations)
{
    public string Object { get; } = "prompt.diff";
}

/// <param name="From">Runs of the first version, newest first.</param>
/// <param name="To">Runs of the second version.</param>
internal sealed record VersionEvaluations(IReadOnlyList<JsonElement> From, IReadOnlyList<JsonElement> To);
