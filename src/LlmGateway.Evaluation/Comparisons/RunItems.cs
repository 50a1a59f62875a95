using System.Runtime.CompilerServices;
using System.Text.Json;
using LlmGateway.Evaluation.Runs;
using LlmGateway.Evaluation.Storage;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Evaluation.Comparisons;

/// <summary>Reads the content of a run's items, in the order of the data: each once, however often it was repeated.</summary>
internal static class RunItems
{
    public static async IAsyncEnumerable<RunItem> ReadAsync(EvaluationDbContext store, Run run, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var rows = store.OutputItems.AsNoTracking().Where(item => item.RunId == run.Id).OrderBy(item => item.Index).ThenBy(item => item.Repetition)
            .Select(item => new { item.ItemKey, item.Index, item.Item }).AsAsyncEnumerable();
        string? last = null;
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            if (row.ItemKey != last)
            {
                last = row.ItemKey;
                yield return new RunItem(row.ItemKey, row.Index, JsonText.Parse(row.Item));
            }
        }
    }
}

/// <summary>An item's content, by the key and place that its results have too.</summary>
internal readonly record struct RunItem(string Key, int Index, JsonElement Content);
