using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace LlmGateway.Datasets.Storage;

/// <summary>Lets <c>dotnet ef migrations add --context SqliteDatasetsDbContext</c> make the context without a host.</summary>
internal sealed class SqliteDatasetsFactory : IDesignTimeDbContextFactory<SqliteDatasetsDbContext>
{
    public SqliteDatasetsDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqliteDatasetsDbContext>().UseSqlite("Data Source=:memory:").Options);
}

/// <summary>The same for PostgreSQL, whose migrations are in a folder of their own.</summary>
internal sealed class PostgresDatasetsFactory : IDesignTimeDbContextFactory<PostgresDatasetsDbContext>
{
    public PostgresDatasetsDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgresDatasetsDbContext>().UseNpgsql("Host=localhost").Options);
}
