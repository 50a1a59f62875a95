using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace LlmGateway.Retrieval.Storage;

/// <summary>
/// Makes the index of each length of vectors once there are many of them; until it is there, searches compare one after another.
/// One process at a time does it.
/// </summary>
internal sealed partial class VectorIndexing(
    IServiceScopeFactory scopes, IOptions<RetrievalOptions> options, TimeProvider time, ILogger<VectorIndexing> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);

    /// <summary>Ours among the database's advisory locks.</summary>
    private const long LockNumber = 0x6c6c6d5f76656374;

    public async Task IndexAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<RetrievalDbContext>();
        var lengths = await context.VectorStores.Where(store => store.Dimensions != null && store.Dimensions <= VectorIndex.MostDimensions)
            .Select(store => store.Dimensions!.Value).Distinct().ToListAsync(cancellationToken);
        await context.Database.OpenConnectionAsync(cancellationToken);
        var connection = (NpgsqlConnection)context.Database.GetDbConnection();
        if (lengths.Count == 0 || !await AskAsync<bool>(connection, $"SELECT pg_try_advisory_lock({LockNumber})", cancellationToken))
        {
            return;
        }

        try
        {
            foreach (var length in lengths)
            {
                await IndexAsync(connection, length, cancellationToken);
            }
        }
        finally
        {
            await AskAsync<bool>(connection, $"SELECT pg_advisory_unlock({LockNumber})", CancellationToken.None);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await IndexAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is NpgsqlException || StoreErrors.IsAway(exception))
            {
                LogFailed(exception);
            }
        }
    }

    private async Task IndexAsync(NpgsqlConnection connection, int length, CancellationToken cancellationToken)
    {
        var name = VectorIndex.NameOf(length, options.Value.HalfVectors);
        var isValid = await AskAsync<bool?>(connection, $"SELECT (SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('{name}'))", cancellationToken);
        if (isValid == true || (isValid is null && !await HasManyAsync(connection, length, cancellationToken)))
        {
            return;
        }

        if (isValid == false)
        {
            // Whoever was making it died.
            await DoAsync(connection, $"DROP INDEX CONCURRENTLY {name}", cancellationToken);
        }

        var start = time.GetTimestamp();
        await DoAsync(connection, $"SET maintenance_work_mem = '{options.Value.IndexBuildMegabytes}MB'", cancellationToken);
        await DoAsync(connection, VectorIndex.CreateCommand(length, options.Value.HalfVectors), cancellationToken);
        LogMade(name, time.GetElapsedTime(start).TotalSeconds);
    }

    private Task<bool> HasManyAsync(NpgsqlConnection connection, int length, CancellationToken cancellationToken)
    {
        var least = options.Value.IndexFromVectors;
        return AskAsync<bool>(
            connection,
            $"SELECT count(*) = {least} FROM (SELECT 1 FROM chunks WHERE vector_store_id IN (SELECT id FROM vector_stores WHERE dimensions = {length}) LIMIT {least}) many",
            cancellationToken);
    }

    // All that stands in these texts are numbers and names of ours.
#pragma warning disable CA2100
    private static async Task<T?> AskAsync<T>(NpgsqlConnection connection, string text, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(text, connection);
        return await command.ExecuteScalarAsync(cancellationToken) is T answer ? answer : default;
    }

    private static async Task DoAsync(NpgsqlConnection connection, string text, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(text, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
#pragma warning restore CA2100

    [LoggerMessage(6100, LogLevel.Information, "Made the vector index {Name} in {Seconds:0.0} s")]
    private partial void LogMade(string name, double seconds);

    [LoggerMessage(6101, LogLevel.Warning, "A vector index could not be made; searches compare vectors one after another, and it is tried again")]
    private partial void LogFailed(Exception exception);
}
