using LlmGateway.TestKit.Servers;

namespace LlmGateway.System.Tests;

/// <summary>One Standalone process, shared by the scenarios that run against it, one after another.</summary>
[CollectionDefinition]
public sealed class StandaloneShape : ICollectionFixture<StandaloneFixture>;

/// <summary>One set of services, shared by the scenarios that run against them, one after another.</summary>
[CollectionDefinition]
public sealed class ServicesShape : ICollectionFixture<ServicesFixture>;

/// <summary>Keeps a Standalone process.</summary>
public class StandaloneFixture : IAsyncLifetime
{
    public StandaloneProcess Gateway { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Gateway = await StartAsync();

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected virtual Task<StandaloneProcess> StartAsync() => StandaloneProcess.StartAsync();
}

/// <summary>Keeps a set of services on the shared servers; without servers its tests are skipped.</summary>
public class ServicesFixture : IAsyncLifetime
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

    /// <inheritdoc cref="ServicesSystem.StartAsync"/>
    protected virtual (string Name, string Value)[] Settings => [];

    public async ValueTask InitializeAsync() =>
        _system = TestServers.SkipReason is null ? await ServicesSystem.StartAsync(new SystemServers(), Settings) : null;

    public async ValueTask DisposeAsync()
    {
        await (_system?.DisposeAsync() ?? ValueTask.CompletedTask);
        GC.SuppressFinalize(this);
    }
}
