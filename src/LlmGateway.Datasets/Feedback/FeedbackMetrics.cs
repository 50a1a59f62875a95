using LlmGateway.Datasets.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.Feedback;

/// <summary>A project's metrics.</summary>
internal sealed class FeedbackMetrics(DatasetsDbContext context, TimeProvider time)
{
    public const string Max = "max";
    public const string Min = "min";

    /// <summary>Most metrics of a project: names made up by mistake must not grow without end.</summary>
    private const int MaxMetrics = 1000;

    /// <summary>Makes a metric. Of two that make it at a time one wins, and both get that one.</summary>
    /// <exception cref="ApiException">The project has too many metrics (400).</exception>
    public async Task<FeedbackMetric> MakeAsync(FeedbackMetric metric, CancellationToken cancellationToken)
    {
        var project = metric.ProjectId;
        if (await context.FeedbackMetrics.CountAsync(row => row.ProjectId == project, cancellationToken) >= MaxMetrics)
        {
            throw new ApiException(ApiErrors.BadRequest($"There may be at most {MaxMetrics} metrics.", "metric", "too_many_metrics"));
        }

        await context.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO feedback_metrics (project_id, name, type, optimize, level, options, created_at_micros)
            VALUES ({project}, {metric.Name}, {metric.Type}, {metric.Optimize}, {metric.Level}, {metric.Options}, {metric.CreatedAtMicros}) ON CONFLICT DO NOTHING
            """,
            cancellationToken);
        return (await FindAsync(project, metric.Name, cancellationToken))!;
    }

    /// <summary>Makes a metric of any level, of which more is better.</summary>
    /// <inheritdoc cref="MakeAsync(FeedbackMetric, CancellationToken)"/>
    public Task<FeedbackMetric> MakeAsync(string project, string name, string type, CancellationToken cancellationToken) => MakeAsync(
        new FeedbackMetric { ProjectId = project, Name = name, Type = type, Optimize = Max, CreatedAtMicros = time.NowMicros() }, cancellationToken);

    public Task<List<FeedbackMetric>> ListAsync(string project, CancellationToken cancellationToken) => context.FeedbackMetrics.AsNoTracking()
        .Where(metric => metric.ProjectId == project).OrderBy(metric => metric.Name).ToListAsync(cancellationToken);

    public Task<FeedbackMetric?> FindAsync(string project, string name, CancellationToken cancellationToken) => context.FeedbackMetrics.AsNoTracking()
        .FirstOrDefaultAsync(metric => metric.ProjectId == project && metric.Name == name, cancellationToken);
}
