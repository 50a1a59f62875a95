using System.Diagnostics;

namespace LlmGateway.TestKit.Servers;

/// <summary>
/// RabbitMQ, Redis and PostgreSQL with pgvector as processes in a folder of their own, by <c>docker/servers.sh</c>. A test
/// that stops one makes a set for itself; all others share <see cref="TestServers"/>.
/// </summary>
public sealed class ServerSet : IAsyncDisposable
{
    private readonly string _folder;
    private readonly bool _deletesFolder;
    private Dictionary<string, string> _settings = [];

    private ServerSet(string folder, bool deletesFolder)
    {
        _folder = folder;
        _deletesFolder = deletesFolder;
    }

    /// <summary>Such as <c>amqp://user:password@127.0.0.1:port</c>.</summary>
    public string RabbitMq => _settings["ConnectionStrings__rabbitmq"];

    /// <summary>StackExchange.Redis's form.</summary>
    public string Redis => _settings["ConnectionStrings__redis"];

    /// <summary>Npgsql's form, of the database that every server has.</summary>
    public string Postgres => _settings["ConnectionStrings__gateway"].Replace("Database=gateway", "Database=postgres", StringComparison.Ordinal);

    /// <summary>RabbitMQ's management API, with user and password.</summary>
    public Uri RabbitMqManagement => new(_settings["RABBITMQ_MANAGEMENT"]);

    /// <summary>Starts a new set, or only the named servers of it: <c>rabbitmq</c>, <c>redis</c>, <c>postgres</c>.</summary>
    public static async Task<ServerSet> StartNewAsync(params string[] servers)
    {
        var set = new ServerSet(Directory.CreateTempSubdirectory("llmgateway-servers-").FullName, deletesFolder: true);
        await set.StartAsync(servers);
        return set;
    }

    /// <summary>Starts the servers that do not run yet; none named means all three.</summary>
    public async Task StartAsync(params string[] servers) => Read(await RunAsync("start", servers));

    /// <summary>Stops them in good order; data, ports and password stay.</summary>
    public Task StopAsync(params string[] servers) => RunAsync("stop", servers);

    /// <summary>Stops them as a crash would.</summary>
    public Task KillAsync(params string[] servers) => RunAsync("kill", servers);

    /// <summary>Keeps a server from running while its connections stay open.</summary>
    public Task FreezeAsync(string server) => RunAsync("freeze", server);

    /// <summary>Lets a frozen server run on.</summary>
    public Task ThawAsync(string server) => RunAsync("thaw", server);

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        if (_deletesFolder)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    internal static async Task<ServerSet> OpenAsync(string folder)
    {
        var set = new ServerSet(folder, deletesFolder: false);
        set.Read(await set.RunAsync("env"));
        return set;
    }

    private void Read(string lines) =>
        _settings = lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);

    private async Task<string> RunAsync(string verb, params string[] servers)
    {
        var start = new ProcessStartInfo("bash") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[FindScript(), verb, _folder, .. verb == "env" ? [] : servers])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"docker/servers.sh {verb} ended with code {process.ExitCode}: {await errors}");
    }

    private static string FindScript()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var script = Path.Combine(folder.FullName, "docker", "servers.sh");
            if (File.Exists(script))
            {
                return script;
            }
        }

        throw new FileNotFoundException("docker/servers.sh is in no folder above the tests");
    }
}
