using LlmGateway.Gateway.Limits.Counters;
using LlmGateway.Gateway.Limits.Rules;
using LlmGateway.Gateway.Pricing;
using LlmGateway.Gateway.Storage;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Gateway.Limits.Usage;

/// <summary>
/// What subjects used of a limit in its present window, page by page: those that the database knows, and where the window is short
/// those that this gateway knows. How much is what Redis says where there is one.
/// </summary>
internal sealed class UsageReport(GatewayDbContext context, UsageTotals totals, MemoryCounters memory, TimeProvider time, RedisCounters? redis = null)
{
    private const char Separator = '/';

    public async Task<ListPage<SubjectUsage>> ReadAsync(Limit row, PageQuery page, CancellationToken cancellationToken)
    {
        var limit = new CompiledLimit(row.Id, row.ProjectId, row.Read());
        var window = limit.Window.StartAt(time.GetUtcNow());
        var known = limit.IsKept ? await ReadKeptAsync(limit, window, page, cancellationToken) : ReadKnown(limit, window, page);
        var counted = await CountAsync(known, window);
        return counted.ToPage(page.Limit, entry => Show(limit, window, entry.Key, entry.Used), entry => CursorOf(entry.Key));
    }

    private async Task<List<(CounterKey Key, long Used)>> ReadKeptAsync(CompiledLimit limit, long window, PageQuery page, CancellationToken cancellationToken)
    {
        await totals.FlushAsync(cancellationToken);
        var rows = context.LimitUsages.AsNoTracking().Where(row => row.LimitId == limit.Id && row.WindowStart == window);
        if (Cursor(page) is var (project, subject))
        {
            rows = rows.Where(row => row.ProjectId.CompareTo(project) > 0 || (row.ProjectId == project && row.Subject.CompareTo(subject) > 0));
        }

        var read = await rows.OrderBy(row => row.ProjectId).ThenBy(row => row.Subject).Take(page.Limit + 1).ToListAsync(cancellationToken);
        return read.ConvertAll(row => (new CounterKey(row.LimitId, row.ProjectId, row.Subject), Math.Max(row.Used, memory.Total(new(row.LimitId, row.ProjectId, row.Subject), window))));
    }

    private List<(CounterKey Key, long Used)> ReadKnown(CompiledLimit limit, long window, PageQuery page)
    {
        var known = memory.List(limit.Id, window).AsEnumerable();
        if (Cursor(page) is var (project, subject))
        {
            known = known.SkipWhile(entry => string.CompareOrdinal(entry.Key.ProjectId, project) is var byProject
                && (byProject < 0 || (byProject == 0 && string.CompareOrdinal(entry.Key.Subject, subject) <= 0)));
        }

        return [.. known.Take(page.Limit + 1)];
    }

    private async Task<List<(CounterKey Key, long Used)>> CountAsync(List<(CounterKey Key, long Used)> known, long window)
    {
        if (redis is null || known.Count == 0)
        {
            return known;
        }

        var counted = new List<(CounterKey Key, long Used)>(known.Count);
        foreach (var project in known.GroupBy(entry => entry.Key.ProjectId))
        {
            var entries = project.ToList();
            var shared = await redis.TotalsAsync(entries.ConvertAll(entry => entry.Key), window);
            counted.AddRange(entries.Select((entry, index) => (entry.Key, shared is null ? entry.Used : Math.Max(shared[index], entry.Used))));
        }

        return counted;
    }

    private static SubjectUsage Show(CompiledLimit limit, long window, CounterKey key, long used)
    {
        var left = Math.Max(0, limit.Most - used);
        return limit.Resource == LimitedResource.CostUsd
            ? new SubjectUsage("limit.usage", key.ProjectId, key.Subject, NanoUsd.ToUsd(used)!.Value, NanoUsd.ToUsd(left)!.Value, limit.Window.EndOf(window))
            : new SubjectUsage("limit.usage", key.ProjectId, key.Subject, used, left, limit.Window.EndOf(window));
    }

    private static string CursorOf(CounterKey key) => $"{key.ProjectId}{Separator}{key.Subject}";

    private static (string Project, string Subject)? Cursor(PageQuery page)
    {
        if (page.After is not { } after)
        {
            return null;
        }

        var slash = after.IndexOf(Separator, StringComparison.Ordinal);
        return slash > 0 ? (after[..slash], after[(slash + 1)..]) : throw page.UnknownCursor("subject");
    }
}
