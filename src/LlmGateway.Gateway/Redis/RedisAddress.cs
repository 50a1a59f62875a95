using System.Net;
using Microsoft.Extensions.Configuration;
using StackExchange.Redis;

namespace LlmGateway.Gateway.Redis;

/// <summary>The Redis that the configuration names; absent where each process keeps to its own memory.</summary>
internal static class RedisAddress
{
    /// <summary>The connection string whose presence chooses Redis, such as <c>host:6379,password=…</c>.</summary>
    public const string ConnectionName = "redis";

    public const string Key = $"ConnectionStrings:{ConnectionName}";

    public const string Expected = "'host:6379,password=…'";

    private static readonly TimeSpan ReconnectPause = TimeSpan.FromSeconds(1);

    /// <returns>Null without a connection string.</returns>
    /// <exception cref="InvalidOperationException">The connection string is none.</exception>
    public static ConfigurationOptions? Find(IConfiguration configuration)
    {
        var text = configuration.GetConnectionString(ConnectionName);
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        // The text may hold a password: it is not repeated.
        if (Parse(text) is not { } options)
        {
            throw new InvalidOperationException($"{Key} is not an address of Redis. Expected {Expected}.");
        }

        // What is away is waited for in the background, and nothing queues up for it meanwhile.
        options.AbortOnConnectFail = false;
        options.BacklogPolicy = BacklogPolicy.FailFast;
        options.ReconnectRetryPolicy = new LinearRetry((int)ReconnectPause.TotalMilliseconds);
        return options;
    }

    /// <summary>Where it is, without its secrets.</summary>
    public static string Describe(ConfigurationOptions options) =>
        $"Redis at {string.Join(", ", options.EndPoints.Select(endpoint => $"{Host(endpoint)}:{Port(endpoint)}"))}";

    private static ConfigurationOptions? Parse(string text)
    {
        try
        {
            var options = ConfigurationOptions.Parse(text);
            return options.EndPoints.Count > 0 && options.EndPoints.All(endpoint => Uri.CheckHostName(Host(endpoint)) != UriHostNameType.Unknown)
                ? options
                : null;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or OverflowException)
        {
            return null;
        }
    }

    private static string Host(EndPoint endpoint) => endpoint switch
    {
        DnsEndPoint name => name.Host,
        IPEndPoint address => address.Address.ToString(),
        _ => "",
    };

    private static int Port(EndPoint endpoint)
    {
        const int usual = 6379;
        var port = endpoint is DnsEndPoint name ? name.Port : ((IPEndPoint)endpoint).Port;
        return port == 0 ? usual : port;
    }
}
