using LlmGateway.Datasets.Storage;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.Annotations.Results;

/// <summary>The submitted answers of a queue, item by item, and by reviewer within one.</summary>
internal static class QueueAnswers
{
    public static async Task<IReadOnlyList<IReadOnlyDictionary<string, string>>> LoadAsync(
        DatasetsDbContext context, AnnotationQueue queue, CancellationToken cancellationToken)
    {
        var items = context.ItemsOf(queue);
        var answers = await context.AnnotationAnswers.AsNoTracking()
            .Where(answer => answer.State == AnnotationAnswer.Submitted && items.Any(item => item.Id == answer.ItemId))
            .OrderBy(answer => answer.ItemId).ThenBy(answer => answer.Reviewer)
            .Select(answer => new { answer.ItemId, answer.Reviewer, Value = answer.Value! }).ToListAsync(cancellationToken);
        return [.. answers.GroupBy(answer => answer.ItemId)
            .Select(item => item.ToDictionary(answer => answer.Reviewer, answer => answer.Value, StringComparer.Ordinal))];
    }
}
