using System.Text.Json.Serialization;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Variants;

namespace LlmGateway.Gateway.Experiments;

/// <summary>What an experiment is, from its making to its end.</summary>
/// <param name="Variants">The control first.</param>
/// <param name="Allocation">One of <see cref="ExperimentAllocation"/>.</param>
/// <param name="Steps">A canary's; empty for the others.</param>
/// <param name="Unit">One of <see cref="ExperimentUnit"/>.</param>
/// <param name="Goal">What decides.</param>
/// <param name="Guardrails">What must not become worse.</param>
/// <param name="MinUnits">Units that each arm needs in a stage before it may end well.</param>
/// <param name="MaxUnits">Units of all arms in a stage at which it ends without a difference; null for never.</param>
/// <param name="MinSeconds">Seconds that a stage lasts at least, unless it ends badly.</param>
/// <param name="Alpha">The chance of a wrong verdict over all looks.</param>
internal sealed record ExperimentDefinition(
    IReadOnlyList<ExperimentVariant> Variants,
    string Allocation,
    IReadOnlyList<double> Steps,
    string Unit,
    ExperimentGoal Goal,
    IReadOnlyList<ExperimentGuardrail> Guardrails,
    int MinUnits,
    int? MaxUnits,
    int MinSeconds,
    double Alpha)
{
    /// <summary>The variant's place; -1 for none.</summary>
    public int IndexOf(string? variant)
    {
        for (var index = 0; index < Variants.Count; index++)
        {
            if (Variants[index].Name == variant)
            {
                return index;
            }
        }

        return -1;
    }
}

/// <summary>One variant; one that changes nothing is what the caller asked for.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ExperimentVariant : CallVariant
{
    /// <summary>1 to 64 letters, digits, '.', '_' and '-'; once in the experiment.</summary>
    public string Name { get; set; } = "";

    /// <summary>The share of units, 0 to 1; null for a definition, whose weights change beside it.</summary>
    public double? Weight { get; init; }
}

/// <summary>What is given a variant, and keeps it.</summary>
internal static class ExperimentUnit
{
    public const string Episode = "episode";

    /// <summary>The end user; the episode where none is told.</summary>
    public const string User = "user";

    public static readonly IReadOnlyList<string> All = [Episode, User];
}
