using System.Text.Json;
using LlmGateway.Retrieval.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Retrieval.Sources;

/// <summary>Finds sources, each within its project only.</summary>
internal static class SourceLookup
{
    public static IQueryable<Source> SourcesOf(this RetrievalDbContext context, string project) => context.Sources.Where(row => row.ProjectId == project);

    /// <exception cref="ApiException">The project has no such source (404).</exception>
    public static async Task<Source> FindSourceAsync(this RetrievalDbContext context, string project, string id, CancellationToken cancellationToken) =>
        await context.SourcesOf(project).SingleOrDefaultAsync(row => row.Id == id, cancellationToken)
        ?? throw new ApiException(ApiErrors.NotFound($"No source found with id '{id}'.", "source_id"));

    public static IReadOnlyList<SourceTable> ReadTables(this Source source) =>
        JsonSerializer.Deserialize(source.Tables, RetrievalJsonContext.Default.IReadOnlyListSourceTable)!;
}
