using System.Net.Http.Headers;
using System.Text;
using Npgsql;

namespace LlmGateway.TestKit.Servers;

/// <summary>
/// The servers that all tests of a run share: those of <c>./build.sh test</c>, whose folder is in
/// <see cref="FolderVariable"/>. A test takes a database or a virtual host of its own, so tests do not meet.
/// </summary>
public static class TestServers
{
    /// <summary>The environment variable with the folder of the running set.</summary>
    public const string FolderVariable = "LLMGATEWAY_TEST_SERVERS";

    private const int IdleSeconds = 30;

    private static readonly Lazy<Task<ServerSet>> Opened = new(OpenAsync);
    private static int _names;

    /// <summary>Why a test that needs the servers must be skipped; null when they are there.</summary>
    /// <exception cref="InvalidOperationException">They are missing where <c>CI=true</c>: there no test may be skipped.</exception>
    public static string? SkipReason =>
        Folder is not null ? null
        : Environment.GetEnvironmentVariable("CI") == "true" ? throw new InvalidOperationException(Missing)
        : Missing;

    private const string Missing = $"no servers: ./build.sh test starts them, or set {FolderVariable} to a folder that docker/servers.sh started";

    private static string? Folder => Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder ? folder : null;

    /// <summary>The set; the test is skipped where there is none.</summary>
    public static Task<ServerSet> SharedAsync() => Opened.Value;

    /// <summary>Makes an empty database.</summary>
    /// <param name="servers">Where; by default the shared set.</param>
    /// <returns>Its connection string.</returns>
    public static async Task<string> CreateDatabaseAsync(ServerSet? servers = null)
    {
        servers ??= await SharedAsync();
        var name = NextName();
        await using var source = NpgsqlDataSource.Create(servers.Postgres);
        await using var command = source.CreateCommand($"CREATE DATABASE {name}");
        await command.ExecuteNonQueryAsync();

        // Each database has a pool of its own, which outlives its test: idle connections of many would take all that the server has.
        return new NpgsqlConnectionStringBuilder(servers.Postgres)
        {
            Database = name,
            MaxPoolSize = 20,
            ConnectionIdleLifetime = IdleSeconds,
            ConnectionPruningInterval = 5,
        }.ConnectionString;
    }

    /// <summary>Makes a virtual host of the broker, which has queues and exchanges of its own; who makes it may use it.</summary>
    /// <param name="servers">Where; by default the shared set.</param>
    /// <returns>Its address, such as <c>amqp://user:password@127.0.0.1:port/name</c>.</returns>
    public static async Task<string> CreateVirtualHostAsync(ServerSet? servers = null)
    {
        servers ??= await SharedAsync();
        var name = NextName();
        using var management = ManagementOf(servers);
        using var made = await management.PutAsync($"api/vhosts/{name}", null);
        made.EnsureSuccessStatusCode();
        return $"{servers.RabbitMq}/{name}";
    }

    /// <summary>A client of RabbitMQ's management API, signed in.</summary>
    public static HttpClient ManagementOf(ServerSet servers)
    {
        var address = servers.RabbitMqManagement;
        var client = new HttpClient { BaseAddress = new Uri(address.GetLeftPart(UriPartial.Scheme) + address.Authority) };
        client.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(address.UserInfo)));
        return client;
    }

    private static async Task<ServerSet> OpenAsync()
    {
        Assert.SkipWhen(SkipReason is not null, SkipReason ?? "");
        return await ServerSet.OpenAsync(Folder!);
    }

    /// <summary>Unlike any other of this run, whose test programs run one after another or side by side.</summary>
    private static string NextName() => $"test_{Environment.ProcessId}_{Interlocked.Increment(ref _names)}";
}
