using System.Text.Json.Serialization;
using LlmGateway.OpenAI;

namespace LlmGateway.Gateway.Limits.Rules;

/// <summary>A limit as callers see it; <c>usage</c> is in the answer to a GET of one limit only.</summary>
internal sealed record LimitResource(
    string Id, string Object, string Name, string? ProjectId, LimitedResource Resource, LimitWindow? Window, decimal Limit, LimitScope Scope,
    IReadOnlyList<string>? Models, LimitMode Mode, UnpricedCalls? Unpriced, long Version, long CreatedAt, long UpdatedAt)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ListPage<SubjectUsage>? Usage { get; init; }

    public static LimitResource From(Limit row)
    {
        var definition = row.Read();
        return new LimitResource(
            row.Id, "limit", definition.Name, row.ProjectId, definition.Resource, definition.Window, definition.Limit, definition.Scope, definition.Models,
            definition.Mode, definition.Resource == LimitedResource.CostUsd ? definition.Unpriced : null, row.Version, row.CreatedAt, row.UpdatedAt);
    }
}

/// <summary>What one subject used of a limit in its present window.</summary>
/// <param name="Object"><c>limit.usage</c>.</param>
/// <param name="ProjectId">The project of the calls.</param>
/// <param name="Subject">Whose calls.</param>
/// <param name="Used">A count, or USD; with what is set aside for calls under way, as far as that is known.</param>
/// <param name="Remaining">What is left.</param>
/// <param name="ResetsAt">When the window ends, Unix seconds; null for never.</param>
internal sealed record SubjectUsage(string Object, string ProjectId, string Subject, decimal Used, decimal Remaining, long? ResetsAt);
