using System.Data.Common;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Datasets.Inferences;
using LlmGateway.Datasets.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.Usage;

/// <summary>Sums usage in the database, in SQL that SQLite and PostgreSQL share.</summary>
internal static class UsageTable
{
    /// <summary>Rows of one answer; more groups than this call for a narrower question.</summary>
    private const int MaxRows = 10_000;

    // SUM leaves out unknown values and is NULL where all are: absent is not zero.
    private static readonly string Sums = $"""
        COUNT(*),
        COUNT(*) FILTER (WHERE cache IN ({(int)CacheResult.Hit}, {(int)CacheResult.Shared})),
        CAST(SUM(input_tokens) AS BIGINT), CAST(SUM(output_tokens) AS BIGINT), CAST(SUM(cached_input_tokens) AS BIGINT),
        CAST(SUM(cost_nano_usd) AS BIGINT),
        COUNT(*) FILTER (WHERE usage_estimated),
        COUNT(*) FILTER (WHERE cost_nano_usd IS NULL)
        """;

    /// <summary>The groups of each bucket that has any, by bucket number.</summary>
    public static async Task<ILookup<long, UsageResult>> ReadAsync(DatasetsDbContext context, UsageQuery query, CancellationToken cancellationToken)
    {
        await context.Database.OpenConnectionAsync(cancellationToken);
        await using var command = context.Database.GetDbConnection().CreateCommand();
        // The columns come from UsageQuery.Groups only; values are parameters.
#pragma warning disable CA2100
        command.CommandText = Sql(query);
#pragma warning restore CA2100
        Add(command, "@start", query.StartMicros);
        Add(command, "@end", query.EndMicros);
        Add(command, "@width", query.WidthMicros);
        if (query.ProjectId is { } project)
        {
            Add(command, "@project", project);
        }

        var results = new List<(long Bucket, UsageResult Result)>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            results.Add((reader.GetInt64(0), Read(reader, query.GroupBy)));
        }

        return results.Count <= MaxRows
            ? results.ToLookup(row => row.Bucket, row => row.Result)
            : throw new ApiException(ApiErrors.BadRequest(
                $"The answer has more than {MaxRows} groups: shorten the range or group by less.", "group_by"));
    }

    private static string Sql(UsageQuery query)
    {
        var groups = string.Concat(query.GroupBy.Select(column => ", " + column));
        var project = query.ProjectId is null ? "" : " AND project_id = @project";
        return $"""
            SELECT created_at_micros / @width AS bucket{groups}, {Sums}
            FROM inferences
            WHERE created_at_micros >= @start AND created_at_micros < @end{project}
            GROUP BY bucket{groups}
            ORDER BY bucket{groups}
            LIMIT {MaxRows + 1}
            """;
    }

    private static UsageResult Read(DbDataReader reader, List<string> groups)
    {
        string? Group(string name)
        {
            var at = groups.IndexOf(name);
            return at < 0 || reader.IsDBNull(at + 1) ? null : reader.GetString(at + 1);
        }

        long? Sum(int offset) => reader.IsDBNull(groups.Count + offset) ? null : reader.GetInt64(groups.Count + offset);

        return new UsageResult
        {
            Model = Group("model"),
            KeyId = Group("key_id"),
            ProjectId = Group("project_id"),
            Requests = Sum(1) ?? 0,
            CacheHits = Sum(2) ?? 0,
            InputTokens = Sum(3),
            OutputTokens = Sum(4),
            CachedInputTokens = Sum(5),
            CostUsd = Money.ToUsd(Sum(6)),
            EstimatedRequests = Sum(7) ?? 0,
            UnpricedRequests = Sum(8) ?? 0,
        };
    }

    private static void Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value;
        command.Parameters.Add(parameter);
    }
}
