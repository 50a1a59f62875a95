using LlmGateway.Datasets.Feedback;
using LlmGateway.Datasets.Inferences;
using LlmGateway.Datasets.Storage;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.Versions.Sources;

/// <summary>A logged call with all that an item is made of.</summary>
/// <param name="Row">The call.</param>
/// <param name="Bodies">Null where they are not kept.</param>
/// <param name="Metadata">Its pairs.</param>
/// <param name="Demonstration">Its newest correction; null for none.</param>
internal sealed record LoadedCall(Inference Row, InferenceBody? Bodies, IReadOnlyDictionary<string, string> Metadata, FeedbackRecord? Demonstration);

internal static class CallLoading
{
    /// <summary>Calls whose bodies, at most 2 MB each, are in memory at a time.</summary>
    public const int PageCalls = 100;

    /// <summary>The calls of these ids, in the order of the ids; one that is gone meanwhile is left out.</summary>
    public static async Task<IReadOnlyList<LoadedCall>> LoadCallsAsync(
        this DatasetsDbContext context, string project, IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken)
    {
        var calls = await context.Inferences.AsNoTracking().Where(call => ids.Contains(call.Id)).ToDictionaryAsync(call => call.Id, cancellationToken);
        var bodies = await context.Bodies.AsNoTracking().Where(body => ids.Contains(body.Id)).ToDictionaryAsync(body => body.Id, cancellationToken);
        var pairs = await context.LoadMetadataAsync(ids, cancellationToken);
        var demonstrations = await context.DemonstrationsAsync(project, calls.Values, cancellationToken);
        return [.. ids.Where(calls.ContainsKey).Select(id => new LoadedCall(calls[id], bodies.GetValueOrDefault(id), pairs[id], demonstrations.GetValueOrDefault(id)))];
    }
}
