using LlmGateway.ServiceDefaults;

namespace LlmGateway.System.Tests;

/// <summary>One of two gateways dies under load: its open calls fail, the other serves on, and what it delivered is stored once.</summary>
public sealed class GatewayKillTests(ServicesFixture fixture) : IClassFixture<ServicesFixture>
{
    private readonly ServicesSystem _system = fixture.Gateway;

    [Theory]
    [InlineData("spool.append.after:100")]
    [InlineData("ship.before:5")]
    [InlineData("ship.after:5")]
    [InlineData("checkpoint.after:5")]
    [InlineData(null)]
    public async Task Nothing_delivered_is_lost_or_stored_twice_when_a_gateway_dies(string? crashAt)
    {
        var victim = _system.ProcessesOf(ResourceNames.Gateway)[1];
        await victim.StartAgainAsync(crashAt);
        await using var load = await Load.StartAsync(_system);
        await load.DeliverAsync(100);
        if (crashAt is null)
        {
            victim.Kill();
        }

        await victim.WaitForExitAsync();
        await load.DeliverAsync(50);
        await victim.StartAgainAsync();
        await load.DeliverAsync(50);
        await load.StopAsync();
        Assert.NotEmpty(load.Failures);
        Assert.All(load.Failures, failure => Assert.Equal(victim.BaseUrl, failure.Gateway));
        await StoredCalls.AssertOnceAsync(_system, load);
    }
}
