using System.Net;
using System.Net.Sockets;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Servers;

namespace LlmGateway.System.Tests;

/// <summary>
/// What a wrong connection string does to a start. What can never work ends it with a line that names the key; a server
/// that may still come is waited for, and a line names the key too. Never a stack trace.
/// </summary>
public sealed class ConnectionFailureTests
{
    /// <summary>
    /// 10 s is promised, of which connecting may take 5; the rest of a start is the machine's, and a busy one may take long.
    /// </summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    [Theory]
    [InlineData("Gateway.Host", "gateway", "nonsense")]
    [InlineData("Gateway.Host", "gateway", "Host=127.0.0.1;Port=many")]
    [InlineData("Datasets.Host", "datasets", "Host=127.0.0.1;Pasword=hidden")]
    [InlineData("Datasets.Host", "datasets", "Data Source=/dev/null/datasets.db")]
    [InlineData("Gateway.Host", "rabbitmq", "localhost:5672")]
    [InlineData("Datasets.Host", "rabbitmq", "http://localhost")]
    [InlineData("Gateway.Host", "redis", "localhost:many,password=hidden")]
    public Task One_that_is_none_ends_the_start(string host, string key, string value) => AssertEndsAsync(host, key, value);

    [Fact]
    public async Task A_password_that_PostgreSQL_refuses_ends_the_start() =>
        await AssertEndsAsync("Gateway.Host", "gateway", (await TestServers.CreateDatabaseAsync()).Replace("Password=", "Password=not", StringComparison.Ordinal));

    [Fact]
    public async Task A_password_that_RabbitMQ_refuses_ends_the_start() =>
        await AssertEndsAsync("Datasets.Host", "rabbitmq", (await TestServers.CreateVirtualHostAsync()).Replace("llmgateway:", "llmgateway:not", StringComparison.Ordinal));

    [Theory]
    [InlineData("Gateway.Host", "gateway", "Host=127.0.0.1;Port=1;Username=a;Password=hidden")]
    [InlineData("Datasets.Host", "datasets", "Host=no-such-host.invalid;Username=a;Password=hidden")]
    [InlineData("Gateway.Host", "rabbitmq", "amqp://a:hidden@127.0.0.1:1")]
    [InlineData("Datasets.Host", "rabbitmq", "amqp://a:hidden@no-such-host.invalid")]
    [InlineData("Gateway.Host", "redis", "127.0.0.1:1,password=hidden")]
    public Task A_server_that_is_not_there_is_waited_for(string host, string key, string value) => AssertWaitsAsync(host, key, value);

    [Fact]
    public async Task A_virtual_host_that_RabbitMQ_does_not_have_yet_is_waited_for() =>
        await AssertWaitsAsync("Gateway.Host", "rabbitmq", $"{(await TestServers.SharedAsync()).RabbitMq}/nowhere");

    [Theory]
    [InlineData("Gateway.Host", "gateway", "Host=127.0.0.1;Port={0};Username=a;Password=hidden")]
    [InlineData("Datasets.Host", "rabbitmq", "amqp://a:hidden@127.0.0.1:{0}")]
    [InlineData("Gateway.Host", "redis", "127.0.0.1:{0},password=hidden")]
    public async Task A_server_that_says_nothing_is_waited_for(string host, string key, string value)
    {
        // Connections are made, and never accepted.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await AssertWaitsAsync(host, key, value.Replace("{0}", $"{((IPEndPoint)silent.LocalEndpoint).Port}", StringComparison.Ordinal));
    }

    private static async Task AssertEndsAsync(string host, string key, string value)
    {
        using var data = new TempFolder();
        await using var process = Describe(host, key, value, data);
        process.Start();
        await Eventually.TrueAsync(() => process.HasExited, "the start to end", Limit);
        Assert.Equal(1, await process.WaitForExitAsync());
        AssertSaid(process.Output, key);
    }

    private static async Task AssertWaitsAsync(string host, string key, string value)
    {
        using var data = new TempFolder();
        await using var process = Describe(host, key, value, data);
        process.Start();
        await Eventually.TrueAsync(() => process.Output.Contains($"ConnectionStrings:{key}", StringComparison.Ordinal), "the key to be named", Limit);
        Assert.False(process.HasExited, process.Output);
        AssertSaid(process.Output, key);
        process.Terminate();
        await Eventually.TrueAsync(() => process.HasExited, "the process to let itself be ended", Limit);
    }

    private static HostProcess Describe(string host, string key, string value, TempFolder data) => new(host, data.Path)
    {
        Environment = { ["Services__InternalKey"] = ServicesSystem.InternalKey, [$"ConnectionStrings__{key}"] = value },
    };

    private static void AssertSaid(string output, string key)
    {
        Assert.Contains($"ConnectionStrings:{key}", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", output, StringComparison.Ordinal);
    }
}
