using LlmGateway.Console.Parts;
using LlmGateway.OpenAI;

namespace LlmGateway.Console.Usage;

/// <summary>A limit of <c>/v1/limits</c>; with its usage where it was asked for by itself.</summary>
public sealed record Limit(
    string Id, string Name, string? ProjectId, string Resource, string? Window, [property: System.Text.Json.Serialization.JsonPropertyName("limit")] double Most,
    LimitScope Scope, IReadOnlyList<string>? Models, string Mode, long Version, ListPage<LimitUsage>? Usage)
{
    /// <summary>The subject that used most, of those that were listed.</summary>
    public LimitUsage? Fullest => Usage?.Data.MaxBy(subject => subject.Used);

    /// <summary>How much of it the fullest subject used, from 0; null where nobody used anything.</summary>
    public double? Share => Fullest is { } fullest && Most > 0 ? fullest.Used / Most : null;

    public bool IsPrepaid => Window == "never";

    /// <summary>An amount of what it counts, as text.</summary>
    public string Show(double amount) => Resource == "cost_usd" ? Figures.Usd(amount) : Figures.Number(amount, "#,0.##");

    /// <summary>What it counts, for whom and in what time, as people say it.</summary>
    public string Describe() => $"{Resource switch { "cost_usd" => "Cost", "concurrent_requests" => "Requests at a time", "tokens" => "Tokens", _ => "Requests" }}"
        + Window switch { null => "", "never" => ", prepaid", var window => $" per {window}" }
        + $", by {Scope.Describe()}" + (Models is { Count: > 0 } ? $", of {string.Join(", ", Models)}" : "");
}

/// <summary>Whose calls are counted together.</summary>
public sealed record LimitScope(string Type, string? Key, string? Value)
{
    public string Describe() => $"{(Type == "metadata" ? $"metadata {Key}" : Type.Replace('_', ' '))}{(Value is null ? "" : $" {Value}")}";
}

/// <summary>What one subject used in the present window.</summary>
public sealed record LimitUsage(string ProjectId, string Subject, double Used, double Remaining, long? ResetsAt);
