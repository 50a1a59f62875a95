using System.Globalization;
using LlmGateway.FineTuning.Jobs;
using LlmGateway.FineTuning.Storage;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LlmGateway.FineTuning.Training;

/// <summary>Says when a project has spent what it may in a calendar month (UTC).</summary>
internal sealed class JobBudget(FineTuningDbContext store, IOptionsMonitor<FineTuningOptions> options, TimeProvider time)
{
    /// <summary>Why somebody has to say yes to a job whose cost is reckoned already; null where nobody has to.</summary>
    public async Task<string?> ReasonToAskAsync(Job job, JobRequest request, CancellationToken cancellationToken) =>
        request.RequiresApproval == true ? "The request asks for approval."
        : request.MaxCostUsd is { } most && !(job.CostNanoUsd is { } cost && JobCost.ToUsd(cost) <= most) ? $"The request allows {Usd(most)}, and training is estimated at {(job.CostNanoUsd is { } known ? Usd(JobCost.ToUsd(known)) : "an unknown price")}."
        : await OverBudgetAsync(job, cancellationToken);

    private async Task<string?> OverBudgetAsync(Job job, CancellationToken cancellationToken)
    {
        if (options.CurrentValue.BudgetOf(job.ProjectId) is not { } budget || job.CostNanoUsd == 0)
        {
            return null;
        }

        if (job.CostNanoUsd is not { } cost)
        {
            return $"Nobody knows what training '{job.Model}' costs, and the project has a budget of {Usd(budget)} a month: set Datasets:TrainingPrices.";
        }

        var spent = await SpentAsync(job, cancellationToken);
        return spent + JobCost.ToUsd(cost) <= budget ? null
            : $"Training is estimated at {Usd(JobCost.ToUsd(cost))}, and {Usd(spent)} of the project's budget of {Usd(budget)} for this month is taken.";
    }

    // A job that failed or was cancelled before its backend began cost nothing; one that waits for approval costs nothing yet.
    private async Task<decimal> SpentAsync(Job job, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var since = UnixMicros.Of(new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero));
        var nano = await store.Jobs
            .Where(other => other.ProjectId == job.ProjectId && other.Id != job.Id && other.CreatedAt >= since && other.Hold != JobHold.Approval)
            .Where(other => other.BackendJob != null || (other.ShownStatus != FineTuningStatus.Failed && other.ShownStatus != FineTuningStatus.Cancelled))
            .SumAsync(other => other.CostNanoUsd ?? 0, cancellationToken);
        return JobCost.ToUsd(nano);
    }

    private static string Usd(decimal usd) => string.Create(CultureInfo.InvariantCulture, $"{usd:0.######} USD");
}
