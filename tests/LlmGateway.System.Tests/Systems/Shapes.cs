using LlmGateway.TestKit.Servers;

namespace LlmGateway.System.Tests;

/// <summary>One Standalone process, shared by the scenarios that run against it, one after another.</summary>
[CollectionDefinition]
public sealed class StandaloneShape : ICollectionFixture<StandaloneFixture>;

/// <summary>One set of services, shared by the scenarios that run against them, one after another.</summary>
[CollectionDefinition]
public sealed class ServicesShape : ICollectionFixture<ServicesFixture>;

/// <summary>Keeps a Standalone process.</summary>
public sealed class StandaloneFixture : IAsyncLifetime
{
    public StandaloneProcess Gateway { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Gateway = await StandaloneProcess.StartAsync();

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();
}

/// <summary>Keeps a set of services on the shared servers; without servers its tests are skipped.</summary>
public sealed class ServicesFixture : IAsyncLifetime
{
    private ServicesSystem? _system;

    public ServicesSystem Gateway
    {
        get
        {
            Assert.SkipWhen(TestServers.SkipReason is not null, TestServers.SkipReason ?? "");
            return _system!;
        }
    }

    public async ValueTask InitializeAsync() =>
        _system = TestServers.SkipReason is null ? await ServicesSystem.StartAsync(new SystemServers()) : null;

    public ValueTask DisposeAsync() => _system?.DisposeAsync() ?? ValueTask.CompletedTask;
}
