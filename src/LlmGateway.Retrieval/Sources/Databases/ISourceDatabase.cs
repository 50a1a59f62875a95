using LlmGateway.Retrieval.Sources.Sql;
using LlmGateway.Service;

namespace LlmGateway.Retrieval.Sources.Databases;

/// <summary>
/// A database that is only read. Each one guards itself once more by its own means, whatever <see cref="SqlRules"/> let through:
/// the connection cannot write, the tables that the statement reads are those that the database itself says it reads, and it stops in time.
/// </summary>
internal interface ISourceDatabase
{
    SqlDialect Dialect { get; }

    /// <summary>Reads which columns tables have.</summary>
    /// <returns>For each table what is allowed of it.</returns>
    /// <exception cref="ApiException">A table or a column is not there (400), or the database is away (503).</exception>
    Task<IReadOnlyList<SourceTable>> DescribeAsync(IReadOnlyList<TableRequest> tables, CancellationToken cancellationToken);

    /// <exception cref="SqlRefusal">It may not be run, cannot be, or takes too long.</exception>
    /// <exception cref="ApiException">The database is away (503).</exception>
    Task<SqlRows> QueryAsync(SqlQuery query, CancellationToken cancellationToken);
}
