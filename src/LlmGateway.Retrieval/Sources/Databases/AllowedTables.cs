using LlmGateway.Service;

namespace LlmGateway.Retrieval.Sources.Databases;

/// <summary>What a source may read of the tables that are there.</summary>
internal static class AllowedTables
{
    /// <param name="request">What is asked for.</param>
    /// <param name="param">The field, for errors.</param>
    /// <param name="schema">Where the table was looked for.</param>
    /// <param name="columns">The columns that it has; none if there is no such table.</param>
    /// <exception cref="ApiException">The table or a column is not there (400).</exception>
    public static SourceTable Choose(TableRequest request, string param, string schema, IReadOnlyList<SourceColumn> columns)
    {
        if (columns.Count == 0)
        {
            throw new ApiException(ApiErrors.BadRequest($"The database has no table '{request.Name}' that the connection may read.", $"{param}.name", "table_not_found"));
        }

        var chosen = request.Columns?.Distinct().Select(name => columns.FirstOrDefault(column => column.Name == name) ?? throw new ApiException(ApiErrors.BadRequest(
            $"The table '{request.Name}' has no column '{name}'. Its columns: {string.Join(", ", columns.Select(column => column.Name))}.", $"{param}.columns", "column_not_found")));
        return new SourceTable(schema, request.ShortName, request.Description, [.. chosen ?? columns]);
    }
}
