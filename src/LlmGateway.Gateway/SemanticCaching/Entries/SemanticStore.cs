using LlmGateway.Gateway.Projects;

namespace LlmGateway.Gateway.SemanticCaching.Entries;

/// <summary>Chooses where a project's entries are kept: in the database, or in memory alone when it keeps no bodies.</summary>
internal sealed class SemanticStore(ProjectDirectory projects, StoredEntries stored, MemoryEntries memory)
{
    public async ValueTask<ISemanticEntries> OfAsync(string projectId, CancellationToken cancellationToken) =>
        await projects.LogsBodiesAsync(projectId, cancellationToken) ? stored : memory;

    /// <summary>All places, for removing.</summary>
    public IReadOnlyList<ISemanticEntries> All { get; } = [stored, memory];
}
