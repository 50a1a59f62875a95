using LlmGateway.TestKit;
using LlmGateway.TestKit.Servers;
using Npgsql;

namespace LlmGateway.System.Tests;

/// <summary><c>--migrate</c> brings a database up to date and ends, however many do so at the same time.</summary>
public sealed class MigrationTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    [Theory]
    [InlineData("Gateway.Host", "gateway", "api_keys")]
    [InlineData("Datasets.Host", "datasets", "inferences")]
    [InlineData("FineTuning.Host", "finetuning", "fine_tuning_jobs")]
    [InlineData("Retrieval.Host", "retrieval", "vector_stores")]
    public async Task Two_that_start_on_an_empty_database_both_succeed(string host, string database, string table)
    {
        var connection = await TestServers.CreateDatabaseAsync();
        var runs = await Task.WhenAll(MigrateAsync(host, database, connection), MigrateAsync(host, database, connection));
        Assert.All(runs, run => Assert.True(run.Code == 0, run.Output));
        Assert.True(await ExistsAsync(connection, table));

        var again = await MigrateAsync(host, database, connection);
        Assert.True(again.Code == 0, again.Output);
    }

    [Fact]
    public async Task One_that_the_database_refuses_fails_and_names_the_key()
    {
        var connection = (await TestServers.CreateDatabaseAsync()).Replace("Password=", "Password=not", StringComparison.Ordinal);
        var (code, output) = await MigrateAsync("Datasets.Host", "datasets", connection);
        Assert.Equal(1, code);
        Assert.Contains("ConnectionStrings:datasets", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output)> MigrateAsync(string host, string database, string connection)
    {
        using var data = new TempFolder();
        var start = HostProgram.Describe(host, data.Path, "--migrate");
        start.Environment["Services__InternalKey"] = ServicesSystem.InternalKey;
        start.Environment[$"ConnectionStrings__{database}"] = connection;
        return await HostProgram.RunAsync(start, Limit);
    }

    private static async Task<bool> ExistsAsync(string connection, string table)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var command = source.CreateCommand("SELECT to_regclass($1) IS NOT NULL");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = table });
        return (bool)(await command.ExecuteScalarAsync())!;
    }
}
