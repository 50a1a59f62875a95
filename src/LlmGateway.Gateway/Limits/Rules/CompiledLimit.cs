using System.Collections.Frozen;
using LlmGateway.Gateway.Pricing;

namespace LlmGateway.Gateway.Limits.Rules;

/// <summary>A limit as the request path uses it.</summary>
internal sealed class CompiledLimit(string id, string? projectId, LimitDefinition definition)
{
    private readonly FrozenSet<string>? _models = definition.Models?.ToFrozenSet(StringComparer.Ordinal);

    public string Id { get; } = id;

    /// <summary>Null for every project.</summary>
    public string? ProjectId { get; } = projectId;

    public LimitDefinition Definition { get; } = definition;

    public LimitedResource Resource { get; } = definition.Resource;

    public LimitWindow? Window { get; } = definition.Window;

    /// <summary>A count, or nano-dollars.</summary>
    public long Most { get; } = MostOf(definition);

    public bool Enforced { get; } = definition.Mode == LimitMode.Enforce;

    /// <summary>Whether its totals go to the database.</summary>
    public bool IsKept { get; } = definition.Window.IsKept();

    public static long MostOf(LimitDefinition definition) =>
        definition.Resource == LimitedResource.CostUsd ? NanoUsd.Round(definition.Limit) : (long)definition.Limit;

    /// <summary>Whose counter a call counts in; null where the limit is not for such calls.</summary>
    public string? SubjectOf(InferenceCall call)
    {
        if (ProjectId is not null && ProjectId != call.Caller.ProjectId)
        {
            return null;
        }

        // What is forwarded unread names no model here and tells no usage.
        if (call.Request is null && (_models is not null || Resource == LimitedResource.Tokens))
        {
            return null;
        }

        if (_models is not null && !_models.Contains(call.Scan.Model) && !_models.Contains(call.RequestedModel) && !_models.Contains(call.Deployment!.Name))
        {
            return null;
        }

        var subject = Find(call);
        return subject is not null && (Definition.Scope.Value is not { } one || one == subject) ? CounterKey.Bound(subject) : null;
    }

    private string? Find(InferenceCall call) => Definition.Scope.Type switch
    {
        LimitSubject.Project => call.Caller.ProjectId,
        LimitSubject.Key => call.Caller.KeyId,
        LimitSubject.EndUser => call.Scan.EndUser,
        _ => call.Metadata?.GetValueOrDefault(Definition.Scope.Key!),
    };
}
