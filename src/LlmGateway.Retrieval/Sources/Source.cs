using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Retrieval.Sources;

/// <summary>A database or a JSON service that a project's models may ask.</summary>
internal sealed class Source
{
    public const string IdPrefix = "src_";

    [MaxLength(64)]
    public required string Id { get; init; }

    [MaxLength(64)]
    public required string ProjectId { get; init; }

    /// <summary>Part of the name of the model's tool.</summary>
    [MaxLength(48)]
    public required string Name { get; set; }

    [MaxLength(2048)]
    public required string Description { get; set; }

    /// <summary><see cref="SourceTypes"/>.</summary>
    [MaxLength(16)]
    public required string Type { get; init; }

    /// <summary>The connection's name in the configuration.</summary>
    [MaxLength(64)]
    public required string Connection { get; init; }

    /// <summary>The allowed tables with the columns that may be read, a JSON list of <see cref="SourceTable"/>; empty for a JSON service.</summary>
    public required string Tables { get; set; }

    public required int MaxRows { get; set; }

    public required int TimeoutMilliseconds { get; set; }

    public required long CreatedAtMicros { get; init; }

    public TimeSpan Timeout => TimeSpan.FromMilliseconds(TimeoutMilliseconds);
}

internal static class SourceTypes
{
    public const string Sql = "sql";
    public const string Http = "http";
}

/// <summary>A table, or a view, as it was when the source was made or its tables were changed.</summary>
/// <param name="Schema">PostgreSQL's schema; <c>main</c> on SQLite.</param>
/// <param name="Name">Its name, by which queries call it, without the schema.</param>
/// <param name="Description">What its rows are, for the model.</param>
/// <param name="Columns">The columns that may be read.</param>
internal sealed record SourceTable(string Schema, string Name, string? Description, IReadOnlyList<SourceColumn> Columns);

/// <param name="Name">Its name.</param>
/// <param name="Type">Its type in the database's own words.</param>
internal sealed record SourceColumn(string Name, string Type);

internal sealed class SourceConfiguration : IEntityTypeConfiguration<Source>
{
    public void Configure(EntityTypeBuilder<Source> builder)
    {
        builder.ToTable("sources");
        builder.HasKey(row => row.Id);
        builder.Ignore(row => row.Timeout);
        builder.HasIndex(row => new { row.ProjectId, row.CreatedAtMicros });
    }
}
