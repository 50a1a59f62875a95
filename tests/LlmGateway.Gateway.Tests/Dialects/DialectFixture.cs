namespace LlmGateway.Gateway.Tests.Dialects;

/// <summary>One gateway for all of a class's tests, which follow one another.</summary>
public sealed class DialectFixture : IAsyncLifetime
{
    internal DialectGateway On { get; private set; } = null!;

    public async ValueTask InitializeAsync() => On = await DialectGateway.StartAsync();

    public async ValueTask DisposeAsync() => await On.DisposeAsync();
}
