using System.Text.Json;
using LlmGateway.Evaluation.Attributions;
using LlmGateway.Evaluation.Calibrations;
using LlmGateway.Evaluation.Comparisons;
using LlmGateway.Evaluation.Evals;
using LlmGateway.Evaluation.Experiments;
using LlmGateway.Evaluation.Gates;
using LlmGateway.Evaluation.Insights;
using LlmGateway.Evaluation.Online;
using LlmGateway.Evaluation.Runs;
using LlmGateway.Evaluation.Runs.Batches;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Evaluation.Storage;

/// <summary>The service's rows. A derived context for each database holds its own migrations. Times are Unix microseconds.</summary>
internal abstract class EvaluationDbContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<Eval> Evals => Set<Eval>();

    public DbSet<Run> Runs => Set<Run>();

    public DbSet<RunBatch> Batches => Set<RunBatch>();

    public DbSet<OutputItem> OutputItems => Set<OutputItem>();

    public DbSet<Comparison> Comparisons => Set<Comparison>();

    public DbSet<Gate> Gates => Set<Gate>();

    public DbSet<Calibration> Calibrations => Set<Calibration>();

    public DbSet<Attribution> Attributions => Set<Attribution>();

    public DbSet<Insight> Insights => Set<Insight>();

    public DbSet<InsightItem> InsightItems => Set<InsightItem>();

    public DbSet<OnlineRule> OnlineRules => Set<OnlineRule>();

    public DbSet<OnlineRun> OnlineRuns => Set<OnlineRun>();

    public DbSet<OnlineCall> OnlineCalls => Set<OnlineCall>();

    public DbSet<ExperimentWatch> ExperimentWatches => Set<ExperimentWatch>();

    public DbSet<WatchedStage> ExperimentStages => Set<WatchedStage>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(EvaluationDbContext).Assembly);
        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(entity => entity.GetProperties()))
        {
            property.SetColumnName(JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name));
        }
    }
}

internal sealed class SqliteEvaluationDbContext(DbContextOptions<SqliteEvaluationDbContext> options) : EvaluationDbContext(options);

internal sealed class PostgresEvaluationDbContext(DbContextOptions<PostgresEvaluationDbContext> options) : EvaluationDbContext(options);
