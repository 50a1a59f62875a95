using LlmGateway.Retrieval.Sources.Databases;
using LlmGateway.TestKit.Servers;
using Npgsql;

namespace LlmGateway.Retrieval.Tests.Sources;

/// <summary>The shop's tables on a real server, with ways round them that a query could try.</summary>
public sealed class PostgresShop : IAsyncLifetime
{
    private const string Traps = """
        CREATE TABLE types (b boolean, i bigint, n numeric, f double precision, t timestamptz, d date, j jsonb, a integer[], u uuid, x bytea);
        INSERT INTO types VALUES (true, 9007199254740993, 'NaN', 0.5, '2026-01-02 03:04:05+01', '2026-01-02', '{"a": [1]}', '{1,2}', '00000000-0000-0000-0000-000000000001', '\xff');
        CREATE SCHEMA other;
        CREATE VIEW other.leak AS SELECT * FROM customers;
        CREATE FUNCTION read_password() RETURNS text LANGUAGE sql AS 'SELECT max(password) FROM public.customers';
        CREATE FUNCTION read_password(orders) RETURNS text LANGUAGE sql AS 'SELECT max(password) FROM public.customers';
        CREATE FUNCTION other.read_password() RETURNS text LANGUAGE sql AS 'SELECT max(password) FROM public.customers';
        CREATE TABLE days (day date NOT NULL, n integer) PARTITION BY RANGE (day);
        CREATE TABLE days_2026 PARTITION OF days FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
        INSERT INTO days VALUES ('2026-05-01', 7);
        CREATE TABLE seen (n integer);
        CREATE FUNCTION note() RETURNS integer LANGUAGE plpgsql AS 'BEGIN INSERT INTO public.seen VALUES (1); RETURN 1; END';
        CREATE VIEW noting AS SELECT note() AS n;
        """;

    private PostgresSource? _database;

    internal PostgresSource Database => _database!;

    public async ValueTask InitializeAsync()
    {
        if (TestServers.SkipReason is not null)
        {
            return;
        }

        var connection = await TestServers.CreateDatabaseAsync();
        await using var source = NpgsqlDataSource.Create(connection);
        await using var command = source.CreateCommand(ShopFile.Script + Traps);
        await command.ExecuteNonQueryAsync();
        _database = new PostgresSource(connection, 4);
    }

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
    }
}
