using LlmGateway.Contracts.Gateway;
using LlmGateway.Datasets.Inferences;
using LlmGateway.Datasets.Storage;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.StoredResponses;

/// <summary>
/// Stored responses over the log's rows. The log comes a moment after the answer, so one that is not there yet is waited for:
/// whoever has just made a response can read it.
/// </summary>
internal static class StoredResponses
{
    /// <summary>How long a response that is not known may take to arrive from the gateway that made it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);

    /// <summary>Answered responses of a project, whether or not their bodies are kept.</summary>
    public static IQueryable<Inference> Responses(this DatasetsDbContext context, string project) =>
        context.Inferences.Where(row => row.ProjectId == project
            && row.Operation == InferenceNames.Responses
            && row.Outcome == InferenceOutcome.Completed
            && row.BodyId != null);

    /// <summary>Those that can be read.</summary>
    public static IQueryable<Inference> StoredResponsesOf(this DatasetsDbContext context, string project) =>
        context.Responses(project).Where(row => row.BodiesKept);

    /// <summary>The answered response of an id; one whose bodies are kept before one whose are not. Null after a wait for nothing.</summary>
    /// <param name="context">The store.</param>
    /// <param name="http">Whose project, and who waits.</param>
    /// <param name="id">A response's id or an inference id.</param>
    /// <param name="time">Waits.</param>
    /// <param name="wait">How long one that is not known may take to arrive; null for as long as is usual.</param>
    public static async Task<Inference?> FindResponseAsync(this DatasetsDbContext context, HttpContext http, string id, TimeProvider time, TimeSpan? wait = null)
    {
        var project = http.Caller().ProjectId;
        var began = time.GetTimestamp();
        for (var pause = FirstPause; ; pause *= 2)
        {
            var row = await context.StoredResponsesOf(project).AsNoTracking().FindAsync(id, http.RequestAborted)
                ?? await context.Responses(project).AsNoTracking().FindAsync(id, http.RequestAborted);
            if (row is not null || time.GetElapsedTime(began) + pause > (wait ?? Patience))
            {
                return row;
            }

            await Task.Delay(pause, time, http.RequestAborted);
        }
    }

    public static Task<InferenceBody?> FindBodiesAsync(this DatasetsDbContext context, Inference row, CancellationToken cancellationToken) =>
        context.Bodies.AsNoTracking().FirstOrDefaultAsync(body => body.Id == row.Id, cancellationToken);
}
