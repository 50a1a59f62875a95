using LlmGateway.TestKit.Servers;
using Npgsql;

namespace LlmGateway.Benchmarks.Ingestion;

/// <summary>Datasets' database, seen from outside.</summary>
internal sealed class PostgresStore(ServerSet servers) : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(ConnectionOf(servers));

    public string Connection { get; } = ConnectionOf(servers);

    public NpgsqlDataSource Source => _source;

    public Task ClearAsync() => RunAsync("TRUNCATE inferences, inference_bodies, inference_metadata");

    public async Task<long> CountAsync() => (long)(await AskAsync("SELECT count(*) FROM inferences"))!;

    /// <summary>Returns when a call is stored.</summary>
    public async Task WaitForAsync(Guid id)
    {
        while (await AskAsync($"SELECT 1 FROM inferences WHERE id = '{id}'") is null)
        {
            await Task.Delay(10);
        }
    }

    public async Task RunAsync(string sql)
    {
        await using var command = _source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private static string ConnectionOf(ServerSet servers) => new NpgsqlConnectionStringBuilder(servers.Postgres) { Database = "datasets" }.ConnectionString;

    private async Task<object?> AskAsync(string sql)
    {
        await using var command = _source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
