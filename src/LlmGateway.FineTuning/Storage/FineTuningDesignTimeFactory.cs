using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace LlmGateway.FineTuning.Storage;

/// <summary>Lets <c>dotnet ef migrations add --context SqliteFineTuningDbContext</c> make the context without a host.</summary>
internal sealed class SqliteFineTuningFactory : IDesignTimeDbContextFactory<SqliteFineTuningDbContext>
{
    public SqliteFineTuningDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqliteFineTuningDbContext>().UseSqlite("Data Source=:memory:").Options);
}

/// <summary>The same for PostgreSQL, whose migrations are in a folder of their own.</summary>
internal sealed class PostgresFineTuningFactory : IDesignTimeDbContextFactory<PostgresFineTuningDbContext>
{
    public PostgresFineTuningDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgresFineTuningDbContext>().UseNpgsql("Host=localhost").Options);
}
