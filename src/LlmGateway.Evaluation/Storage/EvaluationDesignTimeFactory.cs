using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace LlmGateway.Evaluation.Storage;

/// <summary>Lets <c>dotnet ef migrations add --context SqliteEvaluationDbContext</c> make the context without a host.</summary>
internal sealed class SqliteEvaluationFactory : IDesignTimeDbContextFactory<SqliteEvaluationDbContext>
{
    public SqliteEvaluationDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqliteEvaluationDbContext>().UseSqlite("Data Source=:memory:").Options);
}

/// <summary>The same for PostgreSQL, whose migrations are in a folder of their own.</summary>
internal sealed class PostgresEvaluationFactory : IDesignTimeDbContextFactory<PostgresEvaluationDbContext>
{
    public PostgresEvaluationDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgresEvaluationDbContext>().UseNpgsql("Host=localhost").Options);
}
