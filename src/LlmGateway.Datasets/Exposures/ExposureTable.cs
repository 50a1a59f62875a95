using System.Data.Common;
using LlmGateway.Contracts.Datasets;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Datasets.Storage;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.Exposures;

/// <summary>
/// Sums exposures in the database, in SQL that SQLite and PostgreSQL share: first the mean of each unit's calls, then the sums over
/// units. What feedback says of a call is the mean of what was said of it, of its answer and of its episode, as elsewhere.
/// </summary>
internal static class ExposureTable
{
    private const string OfStage = "project_id = @project AND experiment_id = @experiment AND stage = @stage";

    /// <summary>The variants, each found by one look into the index.</summary>
    private const string Variants = $"""
        WITH RECURSIVE found (variant) AS (
            SELECT MIN(variant) FROM exposures WHERE {OfStage}
            UNION ALL
            SELECT (SELECT MIN(variant) FROM exposures WHERE {OfStage} AND variant > found.variant) FROM found WHERE found.variant IS NOT NULL)
        SELECT variant FROM found WHERE variant IS NOT NULL
        """;

    /// <summary>One half of one variant, which stands together in the index.</summary>
    private const string Arm = $"""
        SELECT @variant AS variant, @half AS half, COUNT(*), CAST(COALESCE(SUM(calls), 0) AS BIGINT),
            COUNT(failed), SUM(failed), SUM(failed * failed), COUNT(latency), SUM(latency), SUM(latency * latency), COUNT(cost), SUM(cost), SUM(cost * cost)
        FROM (
            SELECT COUNT(*) AS calls, AVG(CAST(failed AS DOUBLE PRECISION)) AS failed,
                AVG(CAST(duration_micros AS DOUBLE PRECISION)) / 1e3 AS latency, AVG(CAST(cost_nano_usd AS DOUBLE PRECISION)) / 1e9 AS cost
            FROM exposures WHERE {OfStage} AND variant = @variant AND unit >= @first AND unit <= @last
            GROUP BY unit) AS units
        """;

    public static async Task<ExposureSums> ReadAsync(DatasetsDbContext context, ExposureQuery query, CancellationToken cancellationToken)
    {
        await context.Database.OpenConnectionAsync(cancellationToken);
        var arms = new List<ExposureArm>();
        foreach (var variant in await ReadAsync(context, query, Variants, reader => reader.GetString(0), cancellationToken))
        {
            arms.AddRange(await ReadArmAsync(context, query, variant, 0, cancellationToken));
            arms.AddRange(await ReadArmAsync(context, query, variant, 1, cancellationToken));
        }

        if (query.Feedback.Count == 0 || arms.Count == 0)
        {
            return new ExposureSums(arms);
        }

        var said = (await ReadAsync(context, query, Feedback(context, query), ReadSaid, cancellationToken)).ToDictionary(found => (found.Variant, found.Half, found.Metric.Name), found => found.Metric);
        return new ExposureSums(arms.ConvertAll(arm => arm with
        {
            Metrics = [.. query.Metrics.Select(metric => said.GetValueOrDefault((arm.Variant, arm.Half, metric)) ?? arm.Metrics.First(known => known.Name == metric))],
        }));
    }

    /// <summary>
    /// From feedback to exposures, of which each is found by one of three indexes; the terms that are no plain columns keep SQLite from
    /// going through the whole stage for each.
    /// </summary>
    private static string Feedback(DatasetsDbContext context, ExposureQuery query)
    {
        var metrics = string.Join(", ", query.Feedback.Select((_, index) => $"@metric{index}"));

        // SQLite joins in the order in which it is told to.
        var join = context.Database.IsSqlite() ? "CROSS JOIN" : "JOIN";
        return $"""
            SELECT metric, variant, CASE WHEN unit < 0 THEN 1 ELSE 0 END AS half, COUNT(*), SUM(number), SUM(number * number)
            FROM (
                SELECT metric, variant, unit, AVG(number) AS number
                FROM (
                    SELECT f.metric, e.variant, e.unit, AVG(f.number) AS number
                    FROM feedback AS f {join} exposures AS e
                        ON (e.inference_id = f.inference_id OR e.body_id = f.body_id OR e.episode_id = f.episode_id)
                    WHERE f.project_id = @project AND f.metric IN ({metrics}) AND f.number IS NOT NULL
                        AND e.project_id || '' = @project AND e.experiment_id || '' = @experiment AND e.stage + 0 = @stage
                    GROUP BY f.metric, e.variant, e.unit, e.inference_id) AS calls
                GROUP BY metric, variant, unit) AS units
            GROUP BY metric, variant, half
            """;
    }

    private static (string Variant, int Half, ExposureMetric Metric) ReadSaid(DbDataReader reader) =>
        (reader.GetString(1), (int)reader.GetInt64(2), new ExposureMetric(reader.GetString(0), reader.GetInt64(3), reader.GetDouble(4), reader.GetDouble(5)));

    /// <returns>Nothing where the half has no unit.</returns>
    private static async Task<IEnumerable<ExposureArm>> ReadArmAsync(
        DatasetsDbContext context, ExposureQuery query, string variant, int half, CancellationToken cancellationToken)
    {
        var found = await ReadAsync(
            context, query, Arm, reader => Read(reader, query, variant, half), cancellationToken,
            ("@variant", variant), ("@half", half), ("@first", half == 0 ? 0 : long.MinValue), ("@last", half == 0 ? long.MaxValue : -1L));
        return found.Where(arm => arm.Units > 0);
    }

    private static ExposureArm Read(DbDataReader reader, ExposureQuery query, string variant, int half)
    {
        return new ExposureArm(variant, half, reader.GetInt64(2), reader.GetInt64(3), [.. query.Metrics.Select(metric => metric switch
        {
            ExperimentMetric.ErrorRate => Metric(metric, 4),
            ExperimentMetric.Latency => Metric(metric, 7),
            ExperimentMetric.Cost => Metric(metric, 10),
            _ => new ExposureMetric(metric, 0, 0, 0),
        })]);

        ExposureMetric Metric(string name, int at) => reader.GetInt64(at) is var count and > 0
            ? new ExposureMetric(name, count, reader.GetDouble(at + 1), reader.GetDouble(at + 2))
            : new ExposureMetric(name, 0, 0, 0);
    }

    private static async Task<List<T>> ReadAsync<T>(
        DatasetsDbContext context, ExposureQuery query, string sql, Func<DbDataReader, T> read, CancellationToken cancellationToken, params (string Name, object Value)[] more)
    {
        await using var command = context.Database.GetDbConnection().CreateCommand();
        // Made of constants and names of parameters; values are parameters.
#pragma warning disable CA2100
        command.CommandText = sql;
#pragma warning restore CA2100
        (string Name, object Value)[] values =
        [
            ("@project", query.ProjectId), ("@experiment", query.ExperimentId), ("@stage", query.Stage),
            .. query.Feedback.Select((metric, index) => ($"@metric{index}", (object)metric)),
            .. more,
        ];
        foreach (var (name, value) in values.Where(value => sql.Contains(value.Name, StringComparison.Ordinal)))
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value;
            command.Parameters.Add(parameter);
        }

        var rows = new List<T>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }

        return rows;
    }
}
