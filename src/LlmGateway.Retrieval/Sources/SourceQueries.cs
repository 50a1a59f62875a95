using System.Diagnostics;
using System.Text.Json;
using LlmGateway.Retrieval.Sources.Http;
using LlmGateway.Retrieval.Sources.Sql;
using LlmGateway.Service;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LlmGateway.Retrieval.Sources;

/// <summary>Asks sources: a bounded number at a time, each call checked, and what is refused logged without its values.</summary>
internal sealed partial class SourceQueries(
    SourceDatabases databases, HttpSource services, IOptions<SourceOptions> options, RetrievalMetrics metrics, ILogger<SourceQueries> logger) : IDisposable
{
    private readonly SemaphoreSlim _free = new(options.Value.SourceQueries);

    /// <param name="caller">Who asks.</param>
    /// <param name="source">A source of the caller's project.</param>
    /// <param name="arguments">The arguments of the model's call.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    /// <exception cref="ApiException">The call is refused (400), or the source is away or busy (503).</exception>
    public async Task<SourceResult> RunAsync(Caller caller, Source source, JsonElement arguments, CancellationToken cancellationToken)
    {
        if (!await _free.WaitAsync(source.Timeout, cancellationToken))
        {
            metrics.RefuseQuery("busy");
            throw new SqlRefusal("busy", "Too many queries run at this moment. Please try again.").ToApi("arguments");
        }

        var started = Stopwatch.GetTimestamp();
        try
        {
            var result = source.Type == SourceTypes.Sql
                ? await AskDatabaseAsync(caller, source, arguments, cancellationToken)
                : await services.AskAsync(source, databases.Service(caller.ProjectId, source.Connection), arguments, cancellationToken);
            return result with { DurationMs = Math.Round(Stopwatch.GetElapsedTime(started).TotalMilliseconds, 3) };
        }
        finally
        {
            _free.Release();
        }
    }

    public void Dispose() => _free.Dispose();

    private async Task<SourceResult> AskDatabaseAsync(Caller caller, Source source, JsonElement arguments, CancellationToken cancellationToken)
    {
        var database = databases.Database(caller.ProjectId, source.Connection);
        var sql = "";
        try
        {
            var call = SqlArguments.Read(arguments);
            sql = call.Query;
            var tables = source.ReadTables();
            var statement = SqlStatement.Check(sql, database.Dialect, tables);
            var rows = await database.QueryAsync(
                new SqlQuery(statement, call.ValuesOf(statement), tables, source.MaxRows, options.Value.SourceBytes, source.Timeout), cancellationToken);
            return new SourceResult
            {
                SourceId = source.Id,
                Columns = rows.Columns,
                Rows = JsonElement.Parse(rows.Rows.Span),
                Truncated = rows.IsTruncated,
                DurationMs = 0,
            };
        }
        catch (SqlRefusal refusal)
        {
            metrics.RefuseQuery(refusal.Reason);
            LogRefusal(source.Id, source.ProjectId, caller.KeyId, refusal.Reason, SqlStatement.Describe(sql, database.Dialect));
            throw refusal.ToApi("arguments.query");
        }
    }

    [LoggerMessage(1750, LogLevel.Warning, "Source {Source} of {Project} refused a query of the key {Key}: {Reason}: {Statement}")]
    private partial void LogRefusal(string source, string project, string? key, string reason, string statement);
}
