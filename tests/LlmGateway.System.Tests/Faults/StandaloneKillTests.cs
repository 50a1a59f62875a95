namespace LlmGateway.System.Tests;

/// <summary>Killed under load, at each step: every call whose last byte a caller received is stored exactly once.</summary>
public sealed class StandaloneKillTests
{
    [Theory]
    [InlineData("spool.append.before:40")]
    [InlineData("spool.append.after:40")]
    [InlineData("ship.before:2")]
    [InlineData("ship.after:2")]
    [InlineData("checkpoint.before:2")]
    [InlineData("checkpoint.after:2")]
    [InlineData("insert.before:2")]
    [InlineData("insert.after:2")]
    public async Task Nothing_delivered_is_lost_or_stored_twice(string crashAt)
    {
        await using var gateway = await StandaloneProcess.StartAsync((HostProcess.CrashAt, crashAt));
        await using var load = await Load.StartAsync(gateway, pace: TimeSpan.Zero);
        await AssertSurvivesAsync(gateway, load);
    }

    [Theory]
    [InlineData(30)]
    [InlineData(120)]
    [InlineData(300)]
    public async Task Nothing_delivered_is_lost_when_killed_at_any_moment(int afterCalls)
    {
        await using var gateway = await StandaloneProcess.StartAsync();
        await using var load = await Load.StartAsync(gateway, pace: TimeSpan.Zero);
        await load.DeliverAsync(afterCalls);
        gateway.Kill();
        await AssertSurvivesAsync(gateway, load);
    }

    private static async Task AssertSurvivesAsync(StandaloneProcess gateway, Load load)
    {
        await gateway.WaitForExitAsync();
        await load.StopAsync();
        Assert.NotEmpty(load.Delivered);
        await gateway.RestartAsync();
        await StoredCalls.AssertOnceAsync(gateway, load);
    }
}
