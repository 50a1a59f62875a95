using System.Globalization;
using LlmGateway.ServiceDefaults;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;

namespace LlmGateway.System.Tests;

/// <summary>
/// The services in processes of their own, on real servers, with the configuration keys that <c>docker/processes.sh</c>
/// sets.
/// </summary>
public sealed class ServicesSystem : RunningSystem
{
    /// <summary>The key that signs these services' tokens.</summary>
    public const string InternalKey = "0123456789abcdef0123456789abcdef";

    private const string DatabaseSuffix = "-db";

    private readonly TempFolder _data = new();
    private readonly Dictionary<string, string> _connections;
    private readonly Dictionary<string, string> _settings;
    private readonly Dictionary<string, List<HostProcess>> _processes = [];

    private ServicesSystem(UpstreamServer upstream, Dictionary<string, string> connections, Dictionary<string, string> settings)
        : base(upstream) => (_connections, _settings) = (connections, settings);

    public override IReadOnlyList<Uri> Gateways => [.. ProcessesOf(ResourceNames.Gateway).Select(process => process.BaseUrl)];

    /// <summary>The retrieval service's own server and database: a source reaches the tables that it lists, and no other.</summary>
    public override string ShopConnection => _connections[ResourceNames.RetrievalDatabase];

    /// <summary>Starts every service on the list, all at the same time, and waits until each is healthy.</summary>
    /// <param name="servers">Where they keep what they keep.</param>
    /// <param name="settings">Environment of every process, beside what it always has.</param>
    public static async Task<ServicesSystem> StartAsync(SystemServers servers, params (string Name, string Value)[] settings)
    {
        var services = ServiceMap.Read();
        var connections = new Dictionary<string, string>();
        foreach (var reference in services.SelectMany(service => service.References).Except(services.Select(service => service.Name)))
        {
            connections[reference] = await servers.ConnectAsync(reference);
        }

        var system = new ServicesSystem(await UpstreamServer.StartAsync(), connections, settings.ToDictionary(pair => pair.Name, pair => pair.Value));
        foreach (var service in services)
        {
            system._processes[service.Name] = [.. Enumerable.Range(0, service.Replicas).Select(_ => system.Describe(service))];
        }

        foreach (var service in services)
        {
            system.ProcessesOf(service.Name).ToList().ForEach(process => system.Configure(service, process));
        }

        try
        {
            await Task.WhenAll(system._processes.Values.SelectMany(processes => processes).Select(process => process.StartAsync()));
            return system;
        }
        catch
        {
            // Nobody else knows the processes that did start.
            await system.DisposeAsync();
            throw;
        }
    }

    /// <summary>The processes of a service, by its name in service discovery.</summary>
    public IReadOnlyList<HostProcess> ProcessesOf(string service) => _processes[service];

    /// <summary>The virtual host, or a database, as the services know it.</summary>
    public string ConnectionOf(string reference) => _connections[reference];

    /// <summary>One more process of a service, not started yet. Gateways are not told of it, which a worker of a queue does not need.</summary>
    public HostProcess Add(string service)
    {
        var listed = ServiceMap.Read().Single(one => one.Name == service);
        var process = Describe(listed);
        Configure(listed, process);
        _processes[service].Add(process);
        return process;
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var process in _processes.Values.SelectMany(processes => processes))
        {
            await process.DisposeAsync();
        }

        await base.DisposeAsync();
        _data.Dispose();
    }

    private HostProcess Describe(ListedService service) =>
        new(service.Host, Directory.CreateDirectory(_data.File(service.Name)).FullName);

    private void Configure(ListedService service, HostProcess process)
    {
        var environment = process.Environment;
        environment["Services__InternalKey"] = InternalKey;
        environment["OTEL_SERVICE_NAME"] = service.Name;
        foreach (var reference in service.References)
        {
            AddReference(environment, reference);
        }

        var own = service.Name == ResourceNames.Gateway ? ProviderSettings() : service.Name == ResourceNames.Retrieval ? ShopSettings() : [];
        foreach (var (name, value) in own.Concat(_settings))
        {
            environment[name] = value;
        }
    }

    /// <summary>A connection string, named after the service where it is a database, or the addresses of another service.</summary>
    private void AddReference(Dictionary<string, string> environment, string reference)
    {
        if (_connections.TryGetValue(reference, out var connection))
        {
            var name = reference.EndsWith(DatabaseSuffix, StringComparison.Ordinal) ? reference[..^DatabaseSuffix.Length] : reference;
            environment[$"ConnectionStrings__{name}"] = connection;
            return;
        }

        foreach (var (index, process) in ProcessesOf(reference).Index())
        {
            environment[string.Create(CultureInfo.InvariantCulture, $"services__{reference}__http__{index}")] = process.BaseUrl.ToString();
        }
    }
}
