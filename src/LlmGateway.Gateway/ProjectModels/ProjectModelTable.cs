using System.Collections.Frozen;

namespace LlmGateway.Gateway.ProjectModels;

/// <summary>
/// One state of every project's aliases and fine-tuned models; replaced whole, so a request that reads it once never
/// sees half a change.
/// </summary>
internal sealed class ProjectModelTable
{
    private readonly FrozenDictionary<(string Project, string Name), ModelAlias> _aliases;
    private readonly FrozenDictionary<string, FineTunedModel> _fineTuned;
    private readonly ILookup<string, string> _owners;

    public ProjectModelTable(IEnumerable<ModelAlias> aliases, IReadOnlyList<FineTunedModel> fineTuned)
    {
        _aliases = aliases.ToFrozenDictionary(alias => (alias.ProjectId, alias.Name));
        _fineTuned = fineTuned.ToFrozenDictionary(model => model.Id, StringComparer.Ordinal);
        _owners = fineTuned.ToLookup(model => model.Deployment, model => model.ProjectId, StringComparer.Ordinal);
    }

    /// <summary>What a project's alias stands for; null when the name is none.</summary>
    public string? TargetOf(string projectId, string name) => _aliases.GetValueOrDefault((projectId, name))?.Model;

    /// <summary>A project's own fine-tuned model; null for another project's.</summary>
    public FineTunedModel? FineTuned(string projectId, string id) =>
        _fineTuned.GetValueOrDefault(id) is { } model && model.ProjectId == projectId ? model : null;

    /// <summary>Whether a deployment is a fine-tuned model of other projects only.</summary>
    public bool IsOfOthers(string projectId, string deployment) => _owners.Contains(deployment) && !_owners[deployment].Contains(projectId);

    public IEnumerable<ModelAlias> AliasesOf(string projectId) =>
        _aliases.Values.Where(alias => alias.ProjectId == projectId).OrderBy(alias => alias.Name, StringComparer.Ordinal);

    public IEnumerable<FineTunedModel> FineTunedOf(string projectId) =>
        _fineTuned.Values.Where(model => model.ProjectId == projectId).OrderBy(model => model.Id, StringComparer.Ordinal);
}
