using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace LlmGateway.Datasets.Storage;

/// <summary>The store in one file.</summary>
internal sealed class SqliteDatasetsDbContext(DbContextOptions<SqliteDatasetsDbContext> options) : DatasetsDbContext(options)
{
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<Guid>().HaveConversion<BigEndianGuidConverter>();
}

/// <summary>Sixteen bytes in big-endian order: a blob's order is then that of the UUIDv7, which is that of time.</summary>
internal sealed class BigEndianGuidConverter()
    : ValueConverter<Guid, byte[]>(id => id.ToByteArray(true), bytes => new Guid(bytes, true));
