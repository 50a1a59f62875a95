using LlmGateway.Retrieval.Sources.Databases;
using LlmGateway.Retrieval.Sources.Sql;
using LlmGateway.Service;
using LlmGateway.TestKit.Servers;

namespace LlmGateway.Retrieval.Tests.Sources;

/// <summary>On a real server, by a user who may do everything there.</summary>
public sealed class PostgresSourceTests : DatabaseTests, IClassFixture<PostgresShop>
{
    private readonly PostgresShop _shop;

    public PostgresSourceTests(PostgresShop shop)
    {
        Assert.SkipWhen(TestServers.SkipReason is not null, TestServers.SkipReason ?? "");
        _shop = shop;
    }

    private protected override ISourceDatabase Database => _shop.Database;

    private protected override int Iterations => 300;

    [Fact]
    public async Task Types_come_as_json_has_them_and_others_as_text()
    {
        Assert.Equal(
            """[{"b":true,"i":9007199254740993,"n":"NaN","f":0.5,"t":"2026-01-02 02:04:05+00","d":"2026-01-02","j":{"a": [1]},"a":"{1,2}","u":"00000000-0000-0000-0000-000000000001","x":"\\xff"}]""",
            await AskAsync("types", "select * from types"));
        Assert.Equal("""[{"i":9007199254740993}]""", await AskAsync("types", "select i from types where d = :day", "2026-01-02"));
    }

    /// <summary>A view that shows what is hidden, in a schema that a query could name or the server search.</summary>
    [Theory]
    [InlineData("select * from other.leak")]
    [InlineData("select * from leak")]
    [InlineData("select leak.password from orders leak, other.leak as l")]
    [InlineData("select other.read_password()")]
    [InlineData("select read_password()")]
    [InlineData("select orders.read_password from orders")]
    public async Task Another_schema_is_no_way_round(string sql) => await Assert.ThrowsAsync<SqlRefusal>(() => AskAsync("orders", sql));

    [Fact]
    public async Task A_partitioned_table_is_read_through_its_parts()
    {
        Assert.Equal("""[{"n":7}]""", await AskAsync("days", "select n from days"));
        await Assert.ThrowsAsync<SqlRefusal>(() => AskAsync("days", "select n from days_2026"));
    }

    [Fact]
    public async Task The_transaction_cannot_write_whatever_a_view_does() =>
        Assert.Equal("writes", (await Assert.ThrowsAsync<SqlRefusal>(() => AskAsync("noting", "select n from noting"))).Reason);

    [Fact]
    public async Task Two_columns_of_one_name_are_to_be_told_apart()
    {
        var refusal = await Assert.ThrowsAsync<SqlRefusal>(() => AskAsync("orders", "select a.id as x, b.id as x from orders a join orders b on a.id = b.id"));
        Assert.Contains("AS", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_away_is_said_to_be_away()
    {
        await using var gone = new PostgresSource("Host=127.0.0.1;Port=1;Username=x;Password=y;Database=z;Timeout=2", 1);
        Assert.Equal(503, (await Assert.ThrowsAsync<ApiException>(() => gone.DescribeAsync(ShopFile.Allowed, Cancel))).Error.Status);
    }

    private async Task<string> AskAsync(string table, string sql, params object?[] values)
    {
        var tables = await _shop.Database.DescribeAsync([new(table, null, null)], Cancel);
        var statement = SqlStatement.Check(sql, SqlDialect.Postgres, tables);
        var rows = await _shop.Database.QueryAsync(new SqlQuery(statement, values, tables, 10, 64 << 10, TimeSpan.FromSeconds(20)), Cancel);
        return System.Text.Encoding.UTF8.GetString(rows.Rows.Span);
    }
}
