using System.Data.Common;
using Microsoft.Extensions.Configuration;

namespace LlmGateway.Service;

/// <summary>A service's database as the configuration names it: <c>ConnectionStrings:&lt;service&gt;</c>.</summary>
/// <param name="Name">The service's name, which is the connection string's.</param>
/// <param name="Value">The connection string.</param>
/// <param name="IsPostgres">Whether it names a server, else a file.</param>
public sealed record StoreConnection(string Name, string Value, bool IsPostgres)
{
    /// <summary>How long connecting to PostgreSQL may take where the connection string does not say: 5 s, a third of Npgsql's default.</summary>
    private const string DefaultTimeout = "Timeout=5";

    /// <summary>Connections that a replica takes at most where the connection string does not say, so that a few replicas of every service fit one server.</summary>
    private const string DefaultPool = "Maximum Pool Size=40";

    /// <summary>The key in the configuration, for messages.</summary>
    public string Key => $"ConnectionStrings:{Name}";

    /// <summary>Where it is, without its secrets.</summary>
    public string Description
    {
        get
        {
            var parts = new DbConnectionStringBuilder { ConnectionString = Value };
            return IsPostgres ? $"PostgreSQL at {Part(parts, "Host", "Server")}:{Part(parts, "Port") ?? "5432"}" : "SQLite";
        }
    }

    /// <summary>Reads the connection string; without one the store is a file in the data folder.</summary>
    /// <exception cref="InvalidOperationException">The connection string is neither PostgreSQL's nor SQLite's.</exception>
    public static StoreConnection Read(IConfiguration configuration, string name)
    {
        var value = configuration.GetConnectionString(name);
        if (string.IsNullOrWhiteSpace(value))
        {
            return new StoreConnection(name, $"Data Source={Path.Combine(DataFolder.Get(configuration), $"{name}.db")};Default Timeout=5", false);
        }

        return TryParse(name, value) ?? throw new InvalidOperationException(
            $"ConnectionStrings:{name} is not a connection string. Expected 'Host=…;Port=…;Username=…;Password=…;Database=…' for PostgreSQL, or 'Data Source=file.db' for SQLite.");
    }

    /// <summary>Reads a connection string of PostgreSQL or SQLite; null for any other text.</summary>
    public static StoreConnection? TryParse(string name, string value)
    {
        try
        {
            var parts = new DbConnectionStringBuilder { ConnectionString = value };
            if (Part(parts, "Host", "Server") is not null || Part(parts, "Data Source", "Filename") is not null)
            {
                var isPostgres = Part(parts, "Host", "Server") is not null;
                return new StoreConnection(name, isPostgres ? WithDefaults(value, parts) : value, isPostgres);
            }
        }
        catch (ArgumentException)
        {
            // As wrong as any other text, which is not shown: it may hold a password.
        }

        return null;
    }

    private static string WithDefaults(string value, DbConnectionStringBuilder parts)
    {
        value = Part(parts, "Timeout") is null ? $"{value.TrimEnd(';')};{DefaultTimeout}" : value;
        return Part(parts, "Maximum Pool Size", "MaxPoolSize") is null ? $"{value.TrimEnd(';')};{DefaultPool}" : value;
    }

    private static string? Part(DbConnectionStringBuilder parts, params string[] names) =>
        names.Select(name => parts.TryGetValue(name, out var value) ? value.ToString() : null).FirstOrDefault(value => !string.IsNullOrEmpty(value));
}
