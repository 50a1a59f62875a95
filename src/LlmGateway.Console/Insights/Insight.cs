using System.Text.Json;
using System.Text.Json.Serialization;
using LlmGateway.Console.Parts;

namespace LlmGateway.Console.Insights;

/// <summary>Why a run's items failed, and what to try next.</summary>
public sealed record Insight(
    string Id,
    string EvalId,
    string RunId,
    string Status,
    long CreatedAt,
    IReadOnlyList<string> TestingCriteria,
    string? Summary,
    JudgedCounts? Counts,
    int? Probed,
    int? Controls,
    IReadOnlyList<Probe> Probes,
    IReadOnlyList<FailureGroup>? Groups,
    AxisPosition? Position,
    IReadOnlyList<NextStep>? NextSteps,
    Fault? Error)
{
    public bool IsOpen => Status is "queued" or "in_progress";

    /// <summary>Whether there is a report.</summary>
    public bool IsDone => Summary is not null;
}

/// <summary>The run's items.</summary>
public sealed record JudgedCounts(int Failed, int Passed, int NotJudged);

/// <summary>Some items of a number of them.</summary>
public sealed record ItemShare(int Count, int Of, double? Value, double? Low, double? High)
{
    public string Read() => Of == 0 ? Figures.Unknown : $"{Figures.Count(Count)} of {Figures.Count(Of)}";
}

/// <summary>What was measured of the failed items, or what it would need.</summary>
public sealed record Probe([property: JsonPropertyName("probe")] string Name, string Status, string? RunId, string? Needs, ItemShare? Failed, ItemShare? Controls, Measured? Gain);

/// <summary>Items that failed for one reason.</summary>
public sealed record FailureGroup(string Label, string? Axis, ItemShare Share, Measured GainBound, IReadOnlyList<string> Examples);

/// <summary>How far the application has come on each axis.</summary>
public sealed record AxisPosition(Measured Context, Measured Behaviour);

/// <summary>A technique to try.</summary>
public sealed record NextStep(
    int Rank, string Technique, string Axis, string Verdict, Measured ExpectedGain, ItemShare? Broken, string Reason, StepRequest? Request, string? Needs);

/// <summary>A request that is ready to be sent.</summary>
public sealed record StepRequest(string Method, string Path, JsonElement? Body);

/// <summary>An item that was probed.</summary>
public sealed record InsightItem(string Id, string OutputItemId, int DatasourceItemId, bool IsControl, string? Label, Evidence Evidence);

/// <summary>What was measured of an item; null is what was not.</summary>
public sealed record Evidence(bool? PersonAccepts, bool? GoldInContext, bool? HasFormat, bool? HasFormatWhenAsked, IReadOnlyDictionary<string, bool?> PassesWith)
{
    /// <summary>What is known, in words.</summary>
    public IEnumerable<string> Read()
    {
        var known = new (bool? Value, string Yes, string No)[]
        {
            (PersonAccepts, "a person holds it for right", "a person holds it for wrong"),
            (GoldInContext, "what answers it was in the prompt", "what answers it was not in the prompt"),
            (HasFormat, "it has the form", "it has not the form"),
            (HasFormatWhenAsked, "it has the form when asked for it", "it has not the form even when asked for it"),
        };
        return known.Where(fact => fact.Value is not null).Select(fact => fact.Value!.Value ? fact.Yes : fact.No)
            .Concat(PassesWith.Where(pair => pair.Value is not null).Select(pair => $"{(pair.Value!.Value ? "passes" : "fails")} with {pair.Key.Replace('_', ' ')}"));
    }
}
