namespace LlmGateway.Architecture.Tests;

/// <summary>The three ways to start the system start the same: read from the AppHost, compose.yaml and processes.sh themselves.</summary>
public sealed class SystemMapTests
{
    private static readonly SystemMap AppHost = SystemMap.ReadAppHost(Repository.Read("AppHost/AppHost.cs"), Repository.Read("ServiceDefaults/ResourceNames.cs"));
    private static readonly SystemMap Compose = SystemMap.ReadCompose(Repository.Read("docker/compose.yaml"));
    private static readonly SystemMap Processes = SystemMap.ReadProcesses(Repository.Read("docker/processes.sh"));

    [Fact]
    public void Each_names_every_host_but_Standalone()
    {
        var hosts = Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src/Hosts"))
            .Select(folder => Path.GetFileName(folder)!).Where(name => name != "Standalone").Order();
        Assert.Equal(hosts, AppHost.Services.Select(service => service.Host).Distinct().Order());
    }

    [Fact]
    public void Compose_starts_the_services_that_the_AppHost_starts() => Assert.Equal(AppHost.Describe(), Compose.Describe());

    [Fact]
    public void Processes_are_the_services_that_the_AppHost_starts() => Assert.Equal(AppHost.Describe(), Processes.Describe());

    [Fact]
    public void The_gateway_has_replicas_and_refers_to_every_server() => Assert.Contains(
        "gateway: Gateway.Host × 2 → console, datasets, evaluation, fine-tuning, gateway-db, local-model, rabbitmq, redis, retrieval", AppHost.Describe().Split('\n'));
}
