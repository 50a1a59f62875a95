using LlmGateway.Datasets.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.Inferences;

/// <summary>Finds rows of one project by either of their two ids.</summary>
internal static class InferenceLookup
{
    /// <summary>Longest id that is looked up; providers' ids are far shorter.</summary>
    private const int MaxIdLength = 256;

    /// <summary>The row with this inference id, else the newest with this body id; null if there is none.</summary>
    public static async Task<Inference?> FindAsync(this IQueryable<Inference> rows, string id, CancellationToken cancellationToken)
    {
        // Some providers' ids are UUIDs too, so one that is no inference id may still be a body id.
        if (Guid.TryParse(id, out var inferenceId)
            && await rows.FirstOrDefaultAsync(row => row.Id == inferenceId, cancellationToken) is { } exact)
        {
            return exact;
        }

        return id.Length > MaxIdLength
            ? null
            : await rows.Where(row => row.BodyId == id).OrderByDescending(row => row.Id).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>The rows that come after <paramref name="after"/> in the page's order, and one more than the page takes.</summary>
    public static IQueryable<Inference> Page(this IQueryable<Inference> rows, PageQuery page, Guid? after)
    {
        if (after is { } cursor)
        {
            rows = page.Descending ? rows.Where(row => row.Id < cursor) : rows.Where(row => row.Id > cursor);
        }

        rows = page.Descending ? rows.OrderByDescending(row => row.Id) : rows.OrderBy(row => row.Id);
        return rows.Take(page.Limit + 1);
    }

    /// <summary>
    /// As the other <c>Page</c>, of a project's rows that carry all pairs of metadata, if there are any. The first pair's
    /// index leads: it has a project's carriers in order of id, so a page costs the same whether a handful of calls carry
    /// the pair or all of them.
    /// </summary>
    public static IQueryable<Inference> Page(
        this IQueryable<Inference> rows,
        DatasetsDbContext context,
        string project,
        IReadOnlyList<KeyValuePair<string, string>> pairs,
        PageQuery page,
        Guid? after)
    {
        if (pairs.Count == 0)
        {
            return rows.Page(page, after);
        }

        var carriers = MetadataRules.Carriers(context.Metadata, project, pairs);
        if (after is { } cursor)
        {
            carriers = page.Descending ? carriers.Where(pair => pair.InferenceId < cursor) : carriers.Where(pair => pair.InferenceId > cursor);
        }

        carriers = page.Descending ? carriers.OrderByDescending(pair => pair.InferenceId) : carriers.OrderBy(pair => pair.InferenceId);
        return carriers.Join(rows, pair => pair.InferenceId, row => row.Id, (_, row) => row).Take(page.Limit + 1);
    }

    /// <summary>Metadata of the rows, by inference id; a row without any has an empty map.</summary>
    public static async Task<Dictionary<Guid, Dictionary<string, string>>> LoadMetadataAsync(
        this DatasetsDbContext context, IEnumerable<Guid> ids, CancellationToken cancellationToken)
    {
        var wanted = ids.ToArray();
        var maps = wanted.ToDictionary(id => id, _ => new Dictionary<string, string>());
        var pairs = await context.Metadata.AsNoTracking()
            .Where(pair => wanted.Contains(pair.InferenceId)).OrderBy(pair => pair.Key).ToListAsync(cancellationToken);
        foreach (var pair in pairs)
        {
            maps[pair.InferenceId][pair.Key] = pair.Value;
        }

        return maps;
    }

    /// <summary>The error for an <c>after</c> that names no row of the project.</summary>
    public static ApiException UnknownAfter(string after) =>
        new(ApiErrors.BadRequest($"Invalid 'after': no item with id '{after}'.", "after"));
}
