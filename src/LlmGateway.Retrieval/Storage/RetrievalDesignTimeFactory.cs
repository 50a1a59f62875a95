using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace LlmGateway.Retrieval.Storage;

/// <summary>Lets <c>dotnet ef migrations add --context SqliteRetrievalDbContext</c> make the context without a host.</summary>
internal sealed class SqliteRetrievalFactory : IDesignTimeDbContextFactory<SqliteRetrievalDbContext>
{
    public SqliteRetrievalDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqliteRetrievalDbContext>().UseSqlite("Data Source=:memory:").Options);
}

/// <summary>The same for PostgreSQL, whose migrations are in a folder of their own.</summary>
internal sealed class PostgresRetrievalFactory : IDesignTimeDbContextFactory<PostgresRetrievalDbContext>
{
    public PostgresRetrievalDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgresRetrievalDbContext>().UseNpgsql("Host=localhost", server => server.UseVector()).Options);
}
