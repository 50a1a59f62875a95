using LlmGateway.ServiceDefaults;
using LlmGateway.TestKit;

namespace LlmGateway.System.Tests;

/// <summary>RabbitMQ goes and comes back under load: callers notice nothing, and every call is stored once.</summary>
public sealed class BrokerOutageTests(OwnServers servers) : IClassFixture<OwnServers>
{
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(20);

    /// <summary>Far more than a call takes here.</summary>
    private static readonly TimeSpan Unnoticed = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task Twenty_seconds_without_RabbitMQ_lose_nothing()
    {
        var broker = await servers.StartAsync(ResourceNames.RabbitMq);
        await using var system = await ServicesSystem.StartAsync(new SystemServers { RabbitMq = broker });
        await using var load = await Load.StartAsync(system);
        await load.DeliverAsync(100);
        await broker.StopAsync(ResourceNames.RabbitMq);
        await load.GoOnAsync(Outage);
        var told = system.ProcessesOf(ResourceNames.Datasets).Concat(system.ProcessesOf(ResourceNames.Gateway)).ToList();
        await Eventually.TrueAsync(
            () => told.TrueForAll(process => process.Output.Contains("ConnectionStrings:rabbitmq", StringComparison.Ordinal)), "each to name what it misses", Patience);
        await load.GoOnAsync(TimeSpan.Zero);
        await broker.StartAsync(ResourceNames.RabbitMq);
        await load.DeliverAsync(100);
        await load.StopAsync();
        Assert.Empty(load.Failures);
        Assert.InRange(load.Usual, TimeSpan.Zero, Unnoticed);
        await StoredCalls.AssertOnceAsync(system, load);
    }

    [Fact]
    public async Task A_spool_that_reaches_its_quota_meanwhile_keeps_the_accounts_and_drops_bodies()
    {
        var broker = await servers.StartAsync(ResourceNames.RabbitMq);
        await using var system = await ServicesSystem.StartAsync(
            new SystemServers { RabbitMq = broker },
            ("Gateway__Spool__SegmentBytes", "65536"), ("Gateway__Spool__MaxBytes", "262144"), ("Gateway__Spool__ReserveBytes", "4194304"));
        await using var load = await Load.StartAsync(system, textBytes: 4000);
        await load.DeliverAsync(50);
        await broker.StopAsync(ResourceNames.RabbitMq);
        var gateways = system.ProcessesOf(ResourceNames.Gateway);
        await Eventually.TrueAsync(
            () => gateways.All(gateway => gateway.Output.Contains("The spool is full", StringComparison.Ordinal)), "both spools to be full", Patience);
        await load.DeliverAsync(200);
        await load.GoOnAsync(TimeSpan.Zero);
        await broker.StartAsync(ResourceNames.RabbitMq);
        await Eventually.TrueAsync(() => gateways.All(HasRoomAgain), "both spools to have room", Patience);
        await load.DeliverAsync(50);
        await load.StopAsync();
        Assert.Empty(load.Failures);
        Assert.InRange(load.Usual, TimeSpan.Zero, Unnoticed);

        var rows = await StoredCalls.AssertOnceAsync(system, load);
        Assert.InRange(rows.Count(row => !row.GetProperty("bodies_kept").GetBoolean()), 100, rows.Count - 50);
        Assert.All(rows, row => Assert.Equal(18 * RunningSystem.UsdPerMillion / 1_000_000, row.GetProperty("cost_usd").GetDecimal()));
        Assert.All(gateways, gateway => Assert.DoesNotContain("they are lost", gateway.Output, StringComparison.Ordinal));

        // The load may have filled a spool once more while it was emptied; with nothing to ship it has room for good.
        await Eventually.TrueAsync(() => gateways.All(HasRoomAgain), "both spools to be empty", Patience);
        await using var later = await Load.StartAsync(system);
        await later.DeliverAsync(10);
        await later.StopAsync();
        var laterRows = await StoredCalls.AssertOnceAsync(system, later);
        Assert.All(laterRows, row => Assert.True(row.GetProperty("bodies_kept").GetBoolean()));
    }

    private static bool HasRoomAgain(HostProcess gateway) =>
        gateway.Output.LastIndexOf("The spool has room again", StringComparison.Ordinal)
        > gateway.Output.LastIndexOf("The spool is full", StringComparison.Ordinal);
}
