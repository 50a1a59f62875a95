using LlmGateway.TestKit;
using LlmGateway.TestKit.Servers;
using Npgsql;

namespace LlmGateway.Retrieval.Tests.Search;

/// <summary>Two processes start on an empty database: pgvector's types are made while both are connected already, by one of them.</summary>
public sealed class FirstStartTests
{
    private const int Dimensions = 4;

    /// <summary>The lock that a migration takes.</summary>
    private const long MigrationLock = 0x6C6C6D6777;

    [Fact]
    public async Task Each_of_two_can_store_and_find_vectors()
    {
        Assert.SkipWhen(TestServers.SkipReason is not null, TestServers.SkipReason ?? "");
        var connection = await TestServers.CreateDatabaseAsync();
        await using var source = NpgsqlDataSource.Create(connection);
        await using var holder = await source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await ExecuteAsync(holder, $"SELECT pg_advisory_lock({MigrationLock})");
        var starts = new[] { "one", "other" }.Select(name => RetrievalHost.StartAsync($"{connection};Application Name={name}")).ToList();
        await Eventually.TrueAsync(
            async _ => await ExecuteAsync(holder, "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()") is 2L,
            "both to wait for the lock", RetrievalHost.Deadline);
        await ExecuteAsync(holder, $"SELECT pg_advisory_unlock({MigrationLock})");

        foreach (var host in await Task.WhenAll(starts))
        {
            await using var started = host;
            var store = await host.AddStoreAsync(Dimensions);
            await host.AddFileAsync(store, [("a", [1, 0, 0, 0])]);
        }
    }

    private static async Task<object?> ExecuteAsync(NpgsqlConnection connection, string text)
    {
        await using var command = new NpgsqlCommand(text, connection);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }
}
