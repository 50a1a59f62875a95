using System.Text.Json;
using CsCheck;
using LlmGateway.Retrieval.Sources;
using LlmGateway.Retrieval.Sources.Databases;
using LlmGateway.Retrieval.Sources.Sql;
using LlmGateway.Service;

namespace LlmGateway.Retrieval.Tests.Sources;

/// <summary>What holds for either database.</summary>
public abstract class DatabaseTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private protected abstract ISourceDatabase Database { get; }

    [Fact]
    public async Task A_source_knows_the_columns_that_it_allows()
    {
        var tables = await Database.DescribeAsync(ShopFile.Allowed, Cancel);
        Assert.Equal(["id", "name", "city"], tables[0].Columns.Select(column => column.Name));
        Assert.Equal(["id", "customer_id", "total"], tables[1].Columns.Select(column => column.Name));
        Assert.Equal("integer", tables[0].Columns[0].Type);
        Assert.Equal("What was bought.", tables[1].Description);
    }

    [Fact]
    public async Task What_is_not_there_cannot_be_allowed()
    {
        Assert.Equal("tables[0].name", (await RefusedAsync(new TableRequest("nothing", null, null))).Param);
        Assert.Equal("tables[0].name", (await RefusedAsync(new TableRequest("sqlite_schema", null, null))).Param);
        Assert.Equal("tables[0].name", (await RefusedAsync(new TableRequest("pg_catalog.pg_class", null, null))).Param);
        var column = await RefusedAsync(new TableRequest("orders", null, ["price"]));
        Assert.Equal("tables[0].columns", column.Param);
        Assert.Contains("id, customer_id, total", column.Message);

        async Task<ApiError> RefusedAsync(TableRequest table) =>
            (await Assert.ThrowsAsync<ApiException>(() => Database.DescribeAsync([table], Cancel))).Error;
    }

    [Theory]
    [InlineData("select * from customers order by id limit 1", """[{"id":1,"name":"Ada","city":"London"}]""")]
    [InlineData("select name, city from customers where id = :id", """[{"name":"Edsger","city":null}]""", "id", 3)]
    [InlineData("select name from customers where name = :name", """[{"name":"Grace"}]""", "name", "Grace")]
    [InlineData("select name from customers where name = :name", "[]", "name", "' or '1' = '1")]
    [InlineData("select id from orders where total > :least order by id", """[{"id":10},{"id":12}]""", "least", 10.5)]
    [InlineData("select c.name, count(*) as orders from customers c join orders o on o.customer_id = c.id group by c.name order by c.name", """[{"name":"Ada","orders":2},{"name":"Grace","orders":1}]""")]
    [InlineData("with big as (select * from orders where total > 50) select id from big", """[{"id":12}]""")]
    [InlineData("with recursive n(i) as (select 1 union all select i + 1 from n where i < 3) select sum(i) as total from n", """[{"total":6}]""")]
    [InlineData("select count(*) as n from (select 1 from customers) as x", """[{"n":3}]""")]
    [InlineData("select name, total from customer_totals order by name limit 1", """[{"name":"Ada","total":19.75}]""")]
    [InlineData("select (select count(*) from orders) as n, 'it''s' as text", """[{"n":3,"text":"it's"}]""")]
    public async Task A_question_is_answered(string sql, string rows, string? name = null, object? value = null)
    {
        var answer = await AskAsync(sql, name is null ? [] : new() { [name] = value is double number ? (decimal)number : value is int integer ? (long)integer : value });
        Assert.Equal(rows, answer.Json);
        Assert.False(answer.Rows.IsTruncated);
    }

    [Theory]
    [InlineData("select * from secrets")]
    [InlineData("select count(*) from secrets")]
    [InlineData("select password from customers")]
    [InlineData("select c.password from customers c")]
    [InlineData("select customers.password from customers")]
    [InlineData("select max(password) from customers")]
    [InlineData("select name from customers where password like 'T%'")]
    [InlineData("select name from customers order by password")]
    [InlineData("select (select value from secrets) as v")]
    [InlineData("select 1 from orders union select value from secrets")]
    [InlineData("with x as (select value from secrets) select * from x")]
    [InlineData("select * from orders, secrets")]
    [InlineData("select * from orders where exists (select 1 from secrets)")]
    [InlineData("select * from \"secrets\"")]
    [InlineData("select * from 'secrets'")]
    [InlineData("select * from customers, (select * from customers natural join secrets) as x")]
    [InlineData("select * from (with customers as (select * from secrets) select * from customers) as x")]
    [InlineData("select noise, value from customer_totals, lateral (select value from secrets) as s")]
    public async Task What_is_not_allowed_is_not_read(string sql) => await Assert.ThrowsAsync<SqlRefusal>(() => AskAsync(sql));

    [Fact]
    public async Task Rows_beyond_the_limit_are_cut_off_and_said_to_be()
    {
        var answer = await AskAsync("select id from orders order by id", maxRows: 2);
        Assert.Equal("""[{"id":10},{"id":11}]""", answer.Json);
        Assert.True(answer.Rows.IsTruncated);
        Assert.False((await AskAsync("select id from orders order by id", maxRows: 3)).Rows.IsTruncated);
    }

    [Fact]
    public async Task Bytes_beyond_the_limit_are_cut_off_at_a_row()
    {
        var answer = await AskAsync("with recursive n(i) as (select 1000 union all select i + 1 from n where i < 1999) select i from n", maxRows: 1000, maxBytes: 1024);
        Assert.True(answer.Rows.IsTruncated);
        Assert.InRange(answer.Rows.Rows.Length, 900, 1024);
        Assert.Equal(answer.Rows.Count, JsonElement.Parse(answer.Rows.Rows.Span).GetArrayLength());
    }

    [Fact]
    public async Task A_row_that_alone_is_too_long_is_an_error_that_says_so()
    {
        var refusal = await Assert.ThrowsAsync<SqlRefusal>(() => AskAsync($"select '{new string('x', 2000)}' as long", maxBytes: 1024));
        Assert.Equal("size", refusal.Reason);
    }

    [Fact]
    public async Task A_query_that_runs_long_is_stopped()
    {
        var started = System.Diagnostics.Stopwatch.StartNew();
        var refusal = await Assert.ThrowsAsync<SqlRefusal>(() => AskAsync(
            "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n", timeout: TimeSpan.FromMilliseconds(300)));
        Assert.Equal("timeout", refusal.Reason);
        Assert.InRange(started.Elapsed, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_parameter_has_a_value_and_a_value_has_a_place()
    {
        Assert.Contains(":id", (await Assert.ThrowsAsync<SqlRefusal>(() => AskAsync("select name from customers where id = :id"))).Message);
        Assert.Contains("'id'", (await Assert.ThrowsAsync<SqlRefusal>(() => AskAsync("select name from customers", new() { ["id"] = 1L }))).Message);
    }

    /// <summary>Queries of pieces that name what is hidden, joined in any way: refused, or answered without it, and nothing is ever changed.</summary>
    [Fact]
    public async Task No_query_out_of_pieces_reads_what_is_hidden()
    {
        var answered = 0;
        await Queries.SampleAsync(
            async sql =>
            {
                try
                {
                    Assert.DoesNotContain(ShopFile.Marker, (await AskAsync(sql, timeout: TimeSpan.FromSeconds(5))).Json);
                    Interlocked.Increment(ref answered);
                }
                catch (SqlRefusal)
                {
                    // As it should be.
                }
            },
            iter: Iterations, threads: 1);
        Assert.True(answered > Iterations / 50, $"Only {answered} of {Iterations} queries were answered: the pieces try nothing.");
        Assert.Equal("""[{"n":3,"m":3}]""", (await AskAsync("select (select count(*) from customers) as n, (select count(*) from orders) as m")).Json);
    }

    private protected abstract int Iterations { get; }

    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static readonly Gen<string> Columns = OneOf("*", "c.*", "id", "name", "c.name", "password", "c.password", "value", "count(*) as n", "c", "(select value from secrets) as v",
        "(select max(password) from customers) as p", "customers.password", "1 as one", "secrets", "'x' as x", "rowid", "ctid", "c.id, c.city", "max(name) as m", "x.*");

    private static readonly Gen<string> Relations = OneOf("customers c", "customers", "orders c", "secrets", "secrets c", "public.secrets c", "main.secrets c", "public.customers c", "main.customers c",
        "\"customers\" c", "\"secrets\"", "customer_totals c", "(select * from customers) c", "(select * from secrets) c", "(values (1)) as c(id)", "pg_catalog.pg_class c", "sqlite_master",
        "(with customers as (select * from secrets) select * from customers) c", "customers as public", "orders x", "(table secrets) c", "only secrets", "secrets as customers");

    private static readonly Gen<string> Tails = OneOf("", "", "", ";", "; delete from orders", "where 1 = 1", "where password like '%'", "order by 1", "union select value from secrets", "union all select password from customers",
        "-- x", "/* x */", ") as y; drop table orders; --", "for update", "limit 1", "group by 1", "natural join secrets", ", secrets", "cross join orders", "where id in (select id from customers where password is not null)", "' or '1'='1",
        "returning *", "into outfile 'x'", "where exists (select 1 from secrets)", "intersect select value from secrets", ") union (select value from secrets");

    private static readonly Gen<string> Heads = OneOf("", "", "", "with x as (select * from secrets) ", "with x as (select id from orders) ", "with recursive x(id) as (select 1) ", "with customers as (select value from secrets) ",
        "with x as (delete from orders returning *) ", "/* */", "explain ", "with public as (select 1 as secrets) ");

    private static readonly Gen<string> Queries = Gen.Select(Heads, Columns, Relations, Tails, (head, columns, relations, tail) => $"{head}select {columns} from {relations} {tail}");

    private static Gen<string> OneOf(params string[] pieces) => Gen.Int[0, pieces.Length - 1].Select(index => pieces[index]);

    private async Task<(SqlRows Rows, string Json)> AskAsync(
        string sql, Dictionary<string, object?>? parameters = null, int maxRows = 100, int maxBytes = 64 << 10, TimeSpan? timeout = null)
    {
        var tables = await Tables();
        var statement = SqlStatement.Check(sql, Database.Dialect, tables);
        var values = new SqlArguments(sql, parameters ?? []).ValuesOf(statement);
        var rows = await Database.QueryAsync(new SqlQuery(statement, values, tables, maxRows, maxBytes, timeout ?? Patience), Cancel);
        return (rows, System.Text.Encoding.UTF8.GetString(rows.Rows.Span));
    }

    private IReadOnlyList<SourceTable>? _tables;

    private async Task<IReadOnlyList<SourceTable>> Tables() => _tables ??= await Database.DescribeAsync(ShopFile.Allowed, Cancel);
}
