using LlmGateway.Retrieval.Sources;
using LlmGateway.Retrieval.Sources.Sql;

namespace LlmGateway.Retrieval.Tests.Sources;

public sealed class SqlRulesTests
{
    private static readonly SourceTable[] Tables = [new("public", "customers", null, [new SourceColumn("id", "integer"), new SourceColumn("name", "text")])];

    [Theory]
    [InlineData("select * from customers")]
    [InlineData("SELECT count(*), max(id) AS newest FROM customers WHERE name = :name;")]
    [InlineData("with t as (select id from customers) select * from t where id in (1, 2, 3) -- the first ones")]
    [InlineData("with recursive n(i) as (select 1 union all select i + 1 from n where i < 10) select i from n /* ten */")]
    [InlineData("select c.name, row_number() over (partition by c.name order by c.id) from customers c join customers d on (c.id = d.id)")]
    [InlineData("select 'delete; drop (table)' as words, \"name\" from customers where name like '%it''s%'")]
    [InlineData("select cast(id as varchar(10)) from customers group by id having count(*) > 1.5e-1 limit 5 offset 2")]
    [InlineData("select t.a from (values (1), (2)) as t(a)")]
    [InlineData("select t.a from (values (1), (2)) t(a)")]
    [InlineData("select distinct on (id) name from customers")]
    public void Check_a_select_passes(string sql)
    {
        foreach (var dialect in new[] { SqlDialect.Postgres, SqlDialect.Sqlite })
        {
            Assert.NotNull(SqlStatement.Check(sql, dialect, Tables));
        }
    }

    [Theory]
    [InlineData("", "syntax")]
    [InlineData("delete from customers", "not_select")]
    [InlineData("explain select 1", "not_select")]
    [InlineData("(select 1)", "not_select")]
    [InlineData("select 1; drop table customers", "several_statements")]
    [InlineData("with d as (delete from customers returning id) select * from d", "writes")]
    [InlineData("select * into copy from customers", "writes")]
    [InlineData("select * from customers for update", "writes")]
    [InlineData("select 1) as x; --", "syntax")]
    [InlineData("select 1) as x, (select 2", "syntax")]
    [InlineData("select (1", "syntax")]
    [InlineData("select 'open", "syntax")]
    [InlineData("select E'\\'' from customers", "syntax")]
    [InlineData("select U&'x' from customers", "syntax")]
    [InlineData("select * from U&\"\\0070g_shadow\"", "syntax")]
    [InlineData("select $$x$$ from customers", "syntax")]
    [InlineData("select 1e--\n from customers", "syntax")]
    [InlineData("select 1 /* open", "syntax")]
    [InlineData("select 1 /* a /* b */ */", "syntax")]
    [InlineData("select `x` from customers", "syntax")]
    [InlineData("select \\ from customers", "syntax")]
    [InlineData("select : from customers", "syntax")]
    [InlineData("select * from public.customers", "table")]
    [InlineData("select * from \"PUBLIC\".customers", "table")]
    [InlineData("select * from information_schema.tables", "table")]
    [InlineData("select * from a.b.c", "table")]
    [InlineData("select * from pg_shadow", "table")]
    [InlineData("select distinct on (1) query_to_xml('select * from public.secrets', true, false, '')", "function")]
    [InlineData("select distinct on (1, (2)) current_setting('data_directory')", "function")]
    [InlineData("select * from \"pg_shadow\"", "table")]
    [InlineData("select * from sqlite_master", "table")]
    [InlineData("with customers as (select 1) select * from customers", "table")]
    [InlineData("with customers(id) as (select 1) select * from customers", "table")]
    [InlineData("with 'customers' as not materialized (select 1) select * from customers", "table")]
    [InlineData("select pg_sleep(10)", "table")]
    [InlineData("select lo_import('/etc/passwd')", "function")]
    [InlineData("select load_extension('x')", "function")]
    [InlineData("select readfile('/etc/passwd')", "function")]
    [InlineData("select \"query_to_xml\"('select 1', true, true, '')", "function")]
    [InlineData("select * from x, dblink('a', 'b') as (c int)", "function")]
    [InlineData("select x.count(1)", "function")]
    [InlineData("select set_config('a', 'b', false)", "function")]
    [InlineData("select repeat('x', 1000000000)", "function")]
    public void Check_anything_else_is_refused_with_its_reason(string sql, string reason) =>
        Assert.Equal(reason, Assert.Throws<SqlRefusal>(() => SqlStatement.Check(sql, SqlDialect.Postgres, Tables)).Reason);

    [Fact]
    public void ToSql_each_parameter_has_one_place_however_often_it_stands()
    {
        var statement = SqlStatement.Check("select :b, :a, :b::int, ':c'", SqlDialect.Postgres, Tables);
        Assert.Equal(["b", "a"], statement.Parameters);
        Assert.Contains("select $1, $2, $1::int, ':c'", statement.ToSql(SqlDialect.Postgres, Tables, 1));
    }

    [Fact]
    public void Describe_holds_no_value_and_no_quoted_word() => Assert.Equal(
        "select * from customers where name = ? and id > ? and \"?\" = :pin",
        SqlStatement.Describe("select * from customers where name = 'Ada' and id > 4711 and \"my secret\" = :pin -- Ada", SqlDialect.Sqlite));
}
