using LlmGateway.Retrieval.Sources;
using LlmGateway.TestKit;
using Microsoft.Data.Sqlite;

namespace LlmGateway.Retrieval.Tests.Sources;

/// <summary>A database file with things in it that a source may read, and things that it may not.</summary>
internal sealed class ShopFile : IDisposable
{
    /// <summary>Stands in all that nobody may read.</summary>
    public const string Marker = "TOPSECRET";

    /// <summary>SQLite and PostgreSQL both read it.</summary>
    public const string Script = $"""
        CREATE TABLE customers (id integer PRIMARY KEY, name text NOT NULL, city text, password text NOT NULL);
        INSERT INTO customers VALUES (1, 'Ada', 'London', '{Marker}'), (2, 'Grace', 'New York', '{Marker}'), (3, 'Edsger', NULL, '{Marker}');
        CREATE TABLE orders (id integer PRIMARY KEY, customer_id integer NOT NULL, total numeric(10, 2) NOT NULL);
        INSERT INTO orders VALUES (10, 1, 12.50), (11, 1, 7.25), (12, 2, 99);
        CREATE TABLE secrets (value text NOT NULL);
        INSERT INTO secrets VALUES ('{Marker}');
        CREATE VIEW customer_totals AS SELECT c.name, sum(o.total) AS total, max(length(s.value)) AS noise
        FROM customers c JOIN orders o ON o.customer_id = c.id CROSS JOIN secrets s GROUP BY c.name;
        """;

    private readonly TempFolder _folder = new();

    public ShopFile()
    {
        using var connection = new SqliteConnection($"Data Source={_folder.File("shop.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = Script;
        command.ExecuteNonQuery();
    }

    public string ConnectionString => $"Data Source={_folder.File("shop.db")}";

    /// <summary>What the tests' sources may read.</summary>
    public static IReadOnlyList<TableRequest> Allowed =>
        [new TableRequest("customers", null, ["id", "name", "city"]), new TableRequest("orders", "What was bought.", null), new TableRequest("customer_totals", null, null)];

    public void Dispose() => _folder.Dispose();
}
