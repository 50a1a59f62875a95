using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace LlmGateway.Service;

/// <summary>The claim as SQL, with a service's own table and column names.</summary>
internal sealed class LeaseStatements
{
    private readonly ISqlGenerationHelper _names;
    private readonly IEntityType _entity;
    private readonly StoreObjectIdentifier _table;
    private readonly bool _isPostgres;

    public LeaseStatements(DbContext context, Type row)
    {
        _names = context.GetService<ISqlGenerationHelper>();
        _entity = context.Model.FindEntityType(row)!;
        _table = StoreObjectIdentifier.Table(_entity.GetTableName()!, _entity.GetSchema());
        _isPostgres = context.Database.ProviderName?.EndsWith("PostgreSQL", StringComparison.Ordinal) == true;
    }

    /// <summary>
    /// One statement, so that two workers never get the same row: SQLite has one writer, and in PostgreSQL a row that
    /// another worker is taking is passed over. Parameters: owner, until, now, and the open statuses.
    /// </summary>
    public string Claim(int statuses)
    {
        var table = _names.DelimitIdentifier(_table.Name, _table.Schema);
        var (id, until) = (Column(nameof(LeasedRow.Id)), Column(nameof(LeasedRow.LeaseUntil)));
        var (attempt, fence) = (Column(nameof(LeasedRow.Attempt)), Column(nameof(LeasedRow.Fence)));
        var open = string.Join(", ", Enumerable.Range(3, statuses).Select(index => $"{{{index}}}"));
        return $$"""
            UPDATE {{table}}
            SET {{Column(nameof(LeasedRow.LeaseOwner))}} = {0}, {{until}} = {1}, {{attempt}} = {{attempt}} + 1, {{fence}} = {{fence}} + 1
            WHERE {{id}} = (
                SELECT {{id}} FROM {{table}}
                WHERE {{Column(nameof(LeasedRow.Status))}} IN ({{open}}) AND ({{until}} IS NULL OR {{until}} < {2})
                ORDER BY {{id}} LIMIT 1{{(_isPostgres ? " FOR UPDATE SKIP LOCKED" : "")}})
            RETURNING *
            """;
    }

    private string Column(string property) =>
        _names.DelimitIdentifier(_entity.FindProperty(property)!.GetColumnName(_table)!);
}
