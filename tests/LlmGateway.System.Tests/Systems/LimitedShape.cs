using LlmGateway.ServiceDefaults;
using LlmGateway.TestKit.Servers;

namespace LlmGateway.System.Tests;

/// <summary>Services whose Redis is their own, for limits: some tests stop it, and all count exactly, however busy the machine is.</summary>
[CollectionDefinition]
public sealed class LimitedShape : ICollectionFixture<LimitedServices>;

/// <summary>Keeps such services; without servers its tests are skipped.</summary>
public sealed class LimitedServices : IAsyncLifetime
{
    /// <summary>How long what a dead gateway held stays set aside. A living one that stalls for as long would lose it too.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(20);

    private ServerSet? _redis;
    private ServicesSystem? _system;

    public ServicesSystem Gateway
    {
        get
        {
            Assert.SkipWhen(TestServers.SkipReason is not null, TestServers.SkipReason ?? "");
            return _system!;
        }
    }

    public ServerSet Redis => _redis!;

    public async ValueTask InitializeAsync()
    {
        if (TestServers.SkipReason is null)
        {
            _redis = await ServerSet.StartNewAsync(ResourceNames.Redis);
            _system = await ServicesSystem.StartAsync(
                new SystemServers { Redis = _redis },
                ("Gateway__Limits__Lease", Lease.ToString()),
                ("Gateway__Limits__RedisTimeout", "00:00:10"));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await (_system?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_redis?.DisposeAsync() ?? ValueTask.CompletedTask);
    }
}
