using LlmGateway.ServiceDefaults;
using LlmGateway.TestKit.Servers;

namespace LlmGateway.System.Tests;

/// <summary>
/// The servers of a system: those that all tests share, in databases and a virtual host of its own, except where a test
/// that stops one brings its own.
/// </summary>
public sealed record SystemServers
{
    /// <summary>Null for the shared one, as for the others.</summary>
    public ServerSet? RabbitMq { get; init; }

    public ServerSet? Redis { get; init; }

    public ServerSet? Postgres { get; init; }

    /// <summary>A system has one of Redis's databases, of which there are 16.</summary>
    private const int RedisDatabases = 16;
    private static int _redisDatabases;

    /// <summary>Makes what a reference of a service stands for.</summary>
    /// <returns>Its connection string.</returns>
    public async Task<string> ConnectAsync(string reference) => reference switch
    {
        ResourceNames.RabbitMq => await TestServers.CreateVirtualHostAsync(RabbitMq),
        ResourceNames.Redis => $"{(Redis ?? await TestServers.SharedAsync()).Redis},defaultDatabase={Interlocked.Increment(ref _redisDatabases) % RedisDatabases}",
        _ => await TestServers.CreateDatabaseAsync(Postgres),
    };
}
