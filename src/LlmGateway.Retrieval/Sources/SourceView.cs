using System.Text.Json;
using LlmGateway.Service;

namespace LlmGateway.Retrieval.Sources;

/// <summary>A source as the API shows it: nothing of its address.</summary>
internal sealed record SourceView
{
    public string Object { get; } = "retrieval.source";

    public required string Id { get; init; }

    public required long CreatedAt { get; init; }

    public required string Name { get; init; }

    public required string Description { get; init; }

    /// <summary><c>sql</c> or <c>http</c>.</summary>
    public required string Type { get; init; }

    public required string Connection { get; init; }

    /// <summary>The tables that may be read, with their columns; null for a JSON service.</summary>
    public required IReadOnlyList<SourceTable>? Tables { get; init; }

    public required int MaxRows { get; init; }

    public required double TimeoutSeconds { get; init; }

    public static SourceView Of(Source row) => new()
    {
        Id = row.Id,
        CreatedAt = UnixMicros.ToSeconds(row.CreatedAtMicros),
        Name = row.Name,
        Description = row.Description,
        Type = row.Type,
        Connection = row.Connection,
        Tables = row.Type == SourceTypes.Sql ? row.ReadTables() : null,
        MaxRows = row.MaxRows,
        TimeoutSeconds = row.TimeoutMilliseconds / 1000d,
    };
}

/// <summary>What a source answered.</summary>
internal sealed record SourceResult
{
    public string Object { get; } = "retrieval.source.result";

    public required string SourceId { get; init; }

    /// <summary>A database's columns in their order; null for a JSON service.</summary>
    public IReadOnlyList<SourceColumn>? Columns { get; init; }

    /// <summary>A database's rows, objects by column; null for a JSON service.</summary>
    public JsonElement? Rows { get; init; }

    /// <summary>A JSON service's answer; null for a database.</summary>
    public JsonElement? Data { get; init; }

    /// <summary>Whether there were more rows than the source gives, or more bytes.</summary>
    public required bool Truncated { get; init; }

    public required double DurationMs { get; init; }
}
