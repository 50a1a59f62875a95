using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace LlmGateway.Datasets.Storage;

/// <summary>Lets <c>dotnet ef migrations add</c> make the context without a host.</summary>
internal sealed class DatasetsDesignTimeFactory : IDesignTimeDbContextFactory<SqliteDatasetsDbContext>
{
    public SqliteDatasetsDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqliteDatasetsDbContext>().UseSqlite("Data Source=:memory:").Options);
}
