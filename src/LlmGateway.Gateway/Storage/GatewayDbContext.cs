using LlmGateway.Gateway.Background;
using LlmGateway.Gateway.Batches;
using LlmGateway.Gateway.Experiments;
using LlmGateway.Gateway.Guardrails;
using LlmGateway.Gateway.Keys;
using LlmGateway.Gateway.Limits.Rules;
using LlmGateway.Gateway.Limits.Usage;
using LlmGateway.Gateway.ProjectModels;
using LlmGateway.Gateway.Projects;
using LlmGateway.Gateway.Prompts;
using LlmGateway.Gateway.Prompts.Labels;
using LlmGateway.Gateway.Prompts.Versions;
using LlmGateway.Gateway.Providers;
using LlmGateway.Gateway.Routes.Stored;
using LlmGateway.Gateway.SemanticCaching.Caches;
using LlmGateway.Gateway.SemanticCaching.Entries;
using LlmGateway.Gateway.SemanticCaching.Precision;
using LlmGateway.Gateway.Settings;
using LlmGateway.Gateway.Shadows;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Gateway.Storage;

/// <summary>The gateway's own rows: keys, projects, the names that projects gave to models, prompts, and what operators set. A derived context per database holds its migrations.</summary>
internal abstract class GatewayDbContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();

    public DbSet<Project> Projects => Set<Project>();

    public DbSet<ModelAlias> ModelAliases => Set<ModelAlias>();

    public DbSet<FineTunedModel> FineTunedModels => Set<FineTunedModel>();

    public DbSet<Shadow> Shadows => Set<Shadow>();

    public DbSet<ShadowLedger> ShadowLedgers => Set<ShadowLedger>();

    public DbSet<Experiment> Experiments => Set<Experiment>();

    public DbSet<ExperimentEvent> ExperimentEvents => Set<ExperimentEvent>();

    public DbSet<Batch> Batches => Set<Batch>();

    public DbSet<BatchResult> BatchResults => Set<BatchResult>();

    public DbSet<BackgroundResponse> BackgroundResponses => Set<BackgroundResponse>();

    public DbSet<BackgroundBody> BackgroundBodies => Set<BackgroundBody>();

    public DbSet<Prompt> Prompts => Set<Prompt>();

    public DbSet<PromptVersion> PromptVersions => Set<PromptVersion>();

    public DbSet<PromptLabel> PromptLabels => Set<PromptLabel>();

    public DbSet<PromptLabelChange> PromptLabelChanges => Set<PromptLabelChange>();

    public DbSet<Guardrail> Guardrails => Set<Guardrail>();

    public DbSet<SemanticCache> SemanticCaches => Set<SemanticCache>();

    public DbSet<SemanticPartition> SemanticPartitions => Set<SemanticPartition>();

    public DbSet<SemanticEntry> SemanticEntries => Set<SemanticEntry>();

    public DbSet<JudgedPair> JudgedPairs => Set<JudgedPair>();

    public DbSet<Limit> Limits => Set<Limit>();

    public DbSet<LimitUsage> LimitUsages => Set<LimitUsage>();

    public DbSet<StoredRoute> Routes => Set<StoredRoute>();

    public DbSet<DisabledProvider> DisabledProviders => Set<DisabledProvider>();

    public DbSet<SettingsVersion> SettingsVersions => Set<SettingsVersion>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) =>
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(GatewayDbContext).Assembly);
}

internal sealed class SqliteGatewayDbContext(DbContextOptions<SqliteGatewayDbContext> options) : GatewayDbContext(options);

internal sealed class PostgresGatewayDbContext(DbContextOptions<PostgresGatewayDbContext> options) : GatewayDbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        SemanticEntryConfiguration.UsePgvector(modelBuilder);
    }
}
