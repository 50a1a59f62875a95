using LlmGateway.TestKit;
using LlmGateway.TestKit.Servers;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Datasets.Tests.Stores;

/// <summary>A store of a test's own, in either of the two kinds there are.</summary>
/// <param name="connection">The connection string; null for a file in the data folder.</param>
public sealed class TestStore(string? connection) : IDisposable
{
    private readonly TempFolder _folder = new();

    /// <summary>An embedded store in a new file.</summary>
    public static TestStore Embedded() => new(null);

    /// <summary>A new database of the shared PostgreSQL; the test is skipped where there is none.</summary>
    public static async Task<TestStore> PostgresAsync() => new(await TestServers.CreateDatabaseAsync());

    /// <summary>The database's; empty for an embedded store.</summary>
    public string Connection => connection ?? "";

    /// <summary>Starts the module over this store.</summary>
    internal Task<DatasetsHost> StartAsync(TimeProvider? clock = null, params (string Key, string Value)[] settings) =>
        DatasetsHost.StartAsync(_folder.Path, configure: builder => Configure(builder, clock, settings));

    /// <summary>The same with consumers on the bus.</summary>
    internal Task<DatasetsHost> StartAsync(Action<IBusRegistrationConfigurator> bus) =>
        DatasetsHost.StartAsync(_folder.Path, bus, builder => Configure(builder, null, []));

    private void Configure(WebApplicationBuilder builder, TimeProvider? clock, (string Key, string Value)[] settings)
    {
        builder.Configuration.AddInMemoryCollection(settings.ToDictionary(pair => pair.Key, pair => (string?)pair.Value));
        builder.Configuration["ConnectionStrings:datasets"] = connection;
        if (clock is not null)
        {
            builder.Services.AddSingleton(clock);
        }
    }

    public void Dispose() => _folder.Dispose();
}
