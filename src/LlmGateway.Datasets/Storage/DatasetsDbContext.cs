using System.Text.Json;
using LlmGateway.Datasets.Annotations;
using LlmGateway.Datasets.Catalog;
using LlmGateway.Datasets.Exposures;
using LlmGateway.Datasets.Feedback;
using LlmGateway.Datasets.Files;
using LlmGateway.Datasets.Inferences;
using LlmGateway.Datasets.Ledger;
using LlmGateway.Datasets.Versions;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.Storage;

/// <summary>
/// The service's rows. A derived context for each database holds its own migrations. Times are Unix microseconds and
/// money is nano-dollars, both integers, because not every database can order or sum the richer types.
/// </summary>
internal abstract class DatasetsDbContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<Inference> Inferences => Set<Inference>();

    public DbSet<InferenceBody> Bodies => Set<InferenceBody>();

    public DbSet<InferenceMetadata> Metadata => Set<InferenceMetadata>();

    public DbSet<LedgerEntry> Ledger => Set<LedgerEntry>();

    public DbSet<Exposure> Exposures => Set<Exposure>();

    public DbSet<StoredFile> Files => Set<StoredFile>();

    public DbSet<FeedbackRecord> Feedback => Set<FeedbackRecord>();

    public DbSet<FeedbackMetric> FeedbackMetrics => Set<FeedbackMetric>();

    public DbSet<Dataset> Datasets => Set<Dataset>();

    public DbSet<DatasetVersion> DatasetVersions => Set<DatasetVersion>();

    public DbSet<DatasetItem> DatasetItems => Set<DatasetItem>();

    public DbSet<DatasetDrop> DatasetDrops => Set<DatasetDrop>();

    public DbSet<DatasetUse> DatasetUses => Set<DatasetUse>();

    public DbSet<AnnotationQueue> AnnotationQueues => Set<AnnotationQueue>();

    public DbSet<AnnotationItem> AnnotationItems => Set<AnnotationItem>();

    public DbSet<AnnotationAnswer> AnnotationAnswers => Set<AnnotationAnswer>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(DatasetsDbContext).Assembly);
        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(entity => entity.GetProperties()))
        {
            property.SetColumnName(JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name));
        }
    }
}
