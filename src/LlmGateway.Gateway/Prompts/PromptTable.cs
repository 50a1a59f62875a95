using System.Collections.Frozen;
using LlmGateway.Gateway.Prompts.Labels;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Prompts;

/// <summary>One state of every project's prompts and labels; replaced whole, so a request that reads it once never sees half a change.</summary>
internal sealed class PromptTable(IEnumerable<PromptEntry> entries)
{
    /// <summary>Names do not begin as ids do, so one map holds both.</summary>
    private readonly FrozenDictionary<(string Project, string Key), PromptEntry> _entries = entries
        .SelectMany(entry => (IEnumerable<KeyValuePair<(string, string), PromptEntry>>)
            [new((entry.ProjectId, entry.Id), entry), new((entry.ProjectId, entry.Name), entry)])
        .ToFrozenDictionary();

    /// <summary>A prompt by its id or name; null if there is none.</summary>
    public PromptEntry? Find(string projectId, string key) => _entries.GetValueOrDefault((projectId, key));

    /// <summary>What a reference means now.</summary>
    /// <param name="projectId">Whose prompts.</param>
    /// <param name="reference">Its version may not exist: only its row tells.</param>
    /// <param name="param">The field that an error names.</param>
    /// <exception cref="ApiException">404 for an unknown prompt or label.</exception>
    public (PromptEntry Entry, int Version) Resolve(string projectId, PromptReference reference, string param)
    {
        var entry = Find(projectId, reference.Key) ?? throw PromptErrors.UnknownPrompt(reference.Key, param);
        return (entry, reference.Version ?? entry.VersionAt(reference.Label!) ?? throw PromptErrors.UnknownLabel(entry.Name, reference.Label!, entry.Labels.Keys, param));
    }
}

/// <summary>A prompt that is in use.</summary>
/// <param name="Id">Its id.</param>
/// <param name="ProjectId">Its project.</param>
/// <param name="Name">Its name.</param>
/// <param name="Latest">Its newest version.</param>
/// <param name="Labels">The version that each label points to.</param>
internal sealed record PromptEntry(string Id, string ProjectId, string Name, int Latest, FrozenDictionary<string, int> Labels)
{
    /// <summary>Null for an unknown label.</summary>
    public int? VersionAt(string label) => label == PromptLabel.Latest ? Latest : Labels.TryGetValue(label, out var version) ? version : null;
}
