using System.Collections.Concurrent;
using LlmGateway.Retrieval.Sources.Databases;
using LlmGateway.Service;
using Microsoft.Extensions.Options;

namespace LlmGateway.Retrieval.Sources;

/// <summary>The connections of the configuration, each opened when it is first used, and who may use them.</summary>
internal sealed class SourceDatabases(IOptions<SourceOptions> options) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<ISourceDatabase>> _opened = new(StringComparer.Ordinal);

    /// <summary>What kind of source a connection makes.</summary>
    /// <exception cref="ApiException">There is none of this name that the project may use (400).</exception>
    public string TypeOf(string project, string connection) =>
        options.Value.Connections.TryGetValue(connection, out var sql) && Allows(sql.Projects, project) ? SourceTypes.Sql
        : options.Value.HttpConnections.TryGetValue(connection, out var http) && Allows(http.Projects, project) ? SourceTypes.Http
        : throw Unknown(connection);

    /// <exception cref="ApiException">The project may not use it any more, or it is gone (400).</exception>
    public ISourceDatabase Database(string project, string connection)
    {
        if (TypeOf(project, connection) != SourceTypes.Sql)
        {
            throw Unknown(connection);
        }

        return _opened.GetOrAdd(connection, name => new Lazy<ISourceDatabase>(() => Open(options.Value.Connections[name].ConnectionString))).Value;
    }

    /// <exception cref="ApiException">The project may not use it any more, or it is gone (400).</exception>
    public HttpConnectionOptions Service(string project, string connection) =>
        TypeOf(project, connection) == SourceTypes.Http ? options.Value.HttpConnections[connection] : throw Unknown(connection);

    public async ValueTask DisposeAsync()
    {
        foreach (var database in _opened.Values.Where(database => database.IsValueCreated).Select(database => database.Value).OfType<IAsyncDisposable>())
        {
            await database.DisposeAsync();
        }
    }

    private ISourceDatabase Open(string connectionString) => StoreConnection.TryParse("source", connectionString) is { IsPostgres: true } server
        ? new PostgresSource(server.Value, options.Value.SourceQueries)
        : new SqliteSource(connectionString);

    private static bool Allows(IReadOnlyList<string> projects, string project) => projects.Contains(SourceOptions.AllProjects) || projects.Contains(project);

    private static ApiException Unknown(string connection) => new(ApiErrors.BadRequest(
        $"There is no connection '{connection}' that this project may use: an operator names it, and the project, in the configuration.", "connection", "connection_not_found"));
}
