using LlmGateway.Retrieval.Sources.Databases;
using LlmGateway.Service;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace LlmGateway.Retrieval.Tests.Sources;

public sealed class SqliteSourceTests : DatabaseTests, IDisposable
{
    private readonly ShopFile _shop = new();
    private readonly SqliteSource _database;

    public SqliteSourceTests() => _database = new SqliteSource(_shop.ConnectionString);

    private protected override ISourceDatabase Database => _database;

    private protected override int Iterations => 2000;

    public void Dispose() => _shop.Dispose();

    /// <summary>The second guard by itself, as if the first had let all of it through.</summary>
    [Theory]
    [InlineData("select name from main.customers", true)]
    [InlineData("select count(*) from main.orders", true)]
    [InlineData("select upper(name) from customers", true)]
    [InlineData("select name, total from customer_totals", true)]
    [InlineData("select password from main.customers", false)]
    [InlineData("select value from secrets", false)]
    [InlineData("select count(*) from secrets", false)]
    [InlineData("select count(*) from sqlite_schema", false)]
    [InlineData("select load_extension('x')", false)]
    [InlineData("select hex(zeroblob(10))", false)]
    [InlineData("delete from orders", false)]
    [InlineData("create temp table x (y)", false)]
    [InlineData("attach ':memory:' as x", false)]
    [InlineData("pragma query_only = 0", false)]
    [InlineData("begin", false)]
    public async Task The_authorizer_alone_lets_nothing_else_through(string sql, bool passes)
    {
        var tables = await _database.DescribeAsync(ShopFile.Allowed, Cancel);
        await using var connection = new SqliteConnection($"{_shop.ConnectionString};Mode=ReadOnly;Pooling=False");
        await connection.OpenAsync(Cancel);
        var authorizer = new SqliteAuthorizer(tables, new HashSet<string>(["customers", "orders", "secrets", "customer_totals"], StringComparer.OrdinalIgnoreCase));
        raw.sqlite3_set_authorizer(connection.Handle!, authorizer.Decide, null);
        var result = raw.sqlite3_prepare_v2(connection.Handle!, sql, out var statement);
        statement?.Dispose();
        Assert.Equal(passes, result == raw.SQLITE_OK);
        Assert.Equal(passes, authorizer.Refusal is null);
    }

    [Fact]
    public async Task A_file_that_is_away_is_said_to_be_away()
    {
        var gone = new SqliteSource($"{_shop.ConnectionString}.gone");
        Assert.Equal(503, (await Assert.ThrowsAsync<ApiException>(() => gone.DescribeAsync(ShopFile.Allowed, Cancel))).Error.Status);
    }
}
