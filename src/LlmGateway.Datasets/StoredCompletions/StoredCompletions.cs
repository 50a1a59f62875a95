using LlmGateway.Contracts.Gateway;
using LlmGateway.Datasets.Inferences;
using LlmGateway.Datasets.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.StoredCompletions;

/// <summary>
/// Stored completions over the log's rows. Several calls can carry one body id (cache hits replay it), so a list shows each id
/// once: with its newest call's content, at its oldest call's place. That place never moves, so a cursor neither
/// skips nor repeats an item while new hits arrive.
/// </summary>
internal static class StoredCompletions
{
    /// <summary>Successful chat completions of a project whose bodies are kept.</summary>
    public static IQueryable<Inference> Stored(this DatasetsDbContext context, string project) =>
        context.Inferences.Where(row => row.ProjectId == project
            && row.Operation == InferenceNames.ChatCompletions
            && row.Outcome == InferenceOutcome.Completed
            && row.BodiesKept
            && row.BodyId != null);

    /// <summary>One page, and whether more follow.</summary>
    /// <exception cref="ApiException"><c>after</c> names nothing (400).</exception>
    public static async Task<(IReadOnlyList<Inference> Rows, bool HasMore)> ListAsync(
        DatasetsDbContext context, string project, CompletionFilter filter, PageQuery page, CancellationToken cancellationToken)
    {
        var stored = context.Stored(project).AsNoTracking();
        var candidates = filter.Apply(context, stored);
        var after = page.After is { } id ? await FindPlaceAsync(context, project, candidates, id, cancellationToken) : (Guid?)null;
        // Compared with the oldest, not "no older one": PostgreSQL would look for that in all rows first.
        var found = await filter.ApplyToRows(stored)
            .Where(row => candidates.Where(same => same.BodyId == row.BodyId).OrderBy(same => same.Id).Select(same => same.Id).First() == row.Id)
            .Page(context, project, filter.Metadata, page, after)
            .Select(row => candidates.Where(same => same.BodyId == row.BodyId).OrderByDescending(same => same.Id).Select(same => same.Id).First())
            .ToListAsync(cancellationToken);

        var shown = found.Take(page.Limit).ToArray();
        var rows = await context.Inferences.AsNoTracking().Where(row => shown.Contains(row.Id)).ToDictionaryAsync(row => row.Id, cancellationToken);
        return ([.. shown.Select(row => rows[row])], found.Count > shown.Length);
    }

    /// <summary>Where a list continues: also behind an item that was deleted since.</summary>
    private static async Task<Guid> FindPlaceAsync(
        DatasetsDbContext context, string project, IQueryable<Inference> candidates, string id, CancellationToken cancellationToken)
    {
        var all = context.Inferences.Where(row => row.ProjectId == project);
        if (Guid.TryParse(id, out var inferenceId) && await all.AnyAsync(row => row.Id == inferenceId, cancellationToken))
        {
            return inferenceId;
        }

        return await OldestAsync(candidates, id, cancellationToken)
            ?? await OldestAsync(all, id, cancellationToken)
            ?? throw InferenceLookup.UnknownAfter(id);
    }

    private static Task<Guid?> OldestAsync(IQueryable<Inference> rows, string bodyId, CancellationToken cancellationToken) =>
        rows.Where(row => row.BodyId == bodyId).OrderBy(row => row.Id).Select(row => (Guid?)row.Id).FirstOrDefaultAsync(cancellationToken);
}
