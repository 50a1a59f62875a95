using LlmGateway.FineTuning.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.FineTuning.Jobs;

internal static class JobLookup
{
    /// <summary>A job of the caller's project, by its own id or by the caller's.</summary>
    /// <exception cref="ApiException">There is none (404).</exception>
    public static async Task<Job> FindJobAsync(this FineTuningDbContext store, string id, Caller caller, CancellationToken cancellationToken) =>
        await store.Jobs.AsNoTracking().Where(job => job.ProjectId == caller.ProjectId && (job.Id == id || job.RequestId == id))
            .OrderBy(job => job.Id == id ? 0 : 1).FirstOrDefaultAsync(cancellationToken)
        ?? throw new ApiException(ApiErrors.NotFound($"Could not find fine tune: {id}", "fine_tuning_job_id", "fine_tune_not_found"));
}
