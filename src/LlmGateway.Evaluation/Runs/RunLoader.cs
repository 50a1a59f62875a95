using System.Security.Cryptography;
using System.Text;
using LlmGateway.Evaluation.Evals;
using LlmGateway.Evaluation.Runs.Batches;
using LlmGateway.Evaluation.Sampling;
using LlmGateway.Evaluation.Sources;
using LlmGateway.Evaluation.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LlmGateway.Evaluation.Runs;

/// <summary>Puts a run's items and batches into the store, once: afterwards the source may change or go.</summary>
internal sealed class RunLoader(EvaluationDbContext store, DatasetsClient datasets, IOptions<EvaluationOptions> options, TimeProvider time)
{
    private const int PageSize = 500;

    /// <exception cref="SourceException">The data is not what the eval's schema asks for.</exception>
    public async Task LoadAsync(Run run, RunPlan plan, EvalDefinition definition, Lease lease, CancellationToken cancellationToken)
    {
        // What a worker that died had begun.
        await store.OutputItems.Where(item => item.RunId == run.Id).ExecuteDeleteAsync(cancellationToken);
        var (occurrences, count) = (new Dictionary<string, int>(), 0);
        await foreach (var items in ReadAsync(run, plan, cancellationToken))
        {
            count += items.Length;
            if (count * plan.Repetitions > options.Value.MaxItems)
            {
                throw new SourceException($"The data has more than {options.Value.MaxItems} items, each repetition counted.");
            }

            await InsertAsync([.. items.SelectMany(item => Rows(run, plan, Validated(item, definition), occurrences))], lease, cancellationToken);
        }

        if (count == 0)
        {
            throw new SourceException("The data has no items.");
        }

        await BeginAsync(run, plan, count, lease, cancellationToken);
        CrashPoint.Reach("evaluation.run.loaded");
    }

    /// <summary>The batches come with the status: no worker sees a run that is loaded in part.</summary>
    private async Task BeginAsync(Run run, RunPlan plan, int count, Lease lease, CancellationToken cancellationToken)
    {
        // An item's repetitions are never parted.
        var perBatch = Math.Max(1, options.Value.BatchSize / plan.Repetitions);
        var batches = Enumerable.Range(0, (count + perBatch - 1) / perBatch)
            .Select(number => RunBatch.Of(run, number, number * perBatch, Math.Min(count, (number + 1) * perBatch) - 1)).ToList();
        var totals = RunJson.Write(new RunTotals { Total = count * plan.Repetitions });
        await store.WriteAsync<Run>(
            lease,
            async token =>
            {
                store.Batches.AddRange(batches);
                await store.SaveChangesAsync(token);
                await store.Runs.HeldBy(lease).ExecuteUpdateAsync(
                    set => set
                        .SetProperty(row => row.Status, RunStatus.InProgress)
                        .SetProperty(row => row.OpenBatches, batches.Count)
                        .SetProperty(row => row.Totals, totals),
                    token);
            },
            cancellationToken);
    }

    private IAsyncEnumerable<SourcedItem[]> ReadAsync(Run run, RunPlan plan, CancellationToken cancellationToken) =>
        plan.Source.ReadAsync(datasets, run.Caller(Scopes.Data), cancellationToken).Chunk(PageSize);

    private static SourcedItem Validated(SourcedItem item, EvalDefinition definition)
    {
        var violations = definition.Schema.Validate(JsonText.Compact(item.Item));
        return violations.Count == 0 ? item : throw new SourceException($"Item {item.Index} does not fit the item schema: {string.Join("; ", violations)}.");
    }

    private async Task InsertAsync(IReadOnlyList<OutputItem> rows, Lease lease, CancellationToken cancellationToken)
    {
        await store.WriteAsync<Run>(
            lease,
            token =>
            {
                store.OutputItems.AddRange(rows);
                return store.SaveChangesAsync(token);
            },
            cancellationToken);
        store.ChangeTracker.Clear();
    }

    private IEnumerable<OutputItem> Rows(Run run, RunPlan plan, SourcedItem item, Dictionary<string, int> occurrences)
    {
        var json = JsonText.Compact(item.Item);
        var key = Key(json, occurrences);
        var recorded = item.Recorded is { } sample ? JsonText.Compact(sample) : null;
        return Enumerable.Range(0, plan.Repetitions).Select(repetition => new OutputItem
        {
            Id = RowIds.New(IdPrefixes.OutputItem, time.GetUtcNow()),
            RunId = run.Id,
            Index = item.Index,
            Repetition = repetition,
            ItemKey = key,
            Item = json,
            Status = ItemStatus.Pending,
            Recorded = recorded,
            CreatedAt = time.NowMicros(),
        });
    }

    private static string Key(string json, Dictionary<string, int> occurrences)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)).AsSpan(0, 16));
        var before = occurrences[digest] = occurrences.GetValueOrDefault(digest, -1) + 1;
        return before == 0 ? digest : $"{digest}-{before}";
    }
}
