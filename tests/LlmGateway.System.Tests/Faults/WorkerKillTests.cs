using LlmGateway.ServiceDefaults;

namespace LlmGateway.System.Tests;

/// <summary>A worker of Datasets dies under load: its batches go to the other one, and are stored once.</summary>
public sealed class WorkerKillTests(ServicesFixture fixture) : IClassFixture<ServicesFixture>
{
    private readonly ServicesSystem _system = fixture.Gateway;

    private HostProcess First => _system.ProcessesOf(ResourceNames.Datasets)[0];

    private HostProcess Second => _system.ProcessesOf(ResourceNames.Datasets) is [_, var second] ? second : _system.Add(ResourceNames.Datasets);

    [Theory]
    [InlineData("insert.before:3")]
    [InlineData("insert.after:3")]
    [InlineData(null)]
    public async Task Nothing_is_lost_or_stored_twice_when_a_worker_dies_with_a_batch_in_hand(string? crashAt)
    {
        var victim = Second;
        await victim.StartAgainAsync(crashAt);
        await using var load = await Load.StartAsync(_system);
        await load.DeliverAsync(100);
        if (crashAt is null)
        {
            victim.Kill();
        }

        await victim.WaitForExitAsync();
        await load.DeliverAsync(200);
        await load.StopAsync();
        Assert.Empty(load.Failures);
        await StoredCalls.AssertOnceAsync(_system, load);
    }

    [Fact]
    public async Task While_no_worker_is_there_calls_are_served_and_data_is_to_be_asked_for_again()
    {
        await Second.StartAgainAsync();
        await using var load = await Load.StartAsync(_system);
        Second.Kill();
        First.Kill();
        await First.WaitForExitAsync();
        await load.DeliverAsync(200);
        using (var response = await _system.Http.GetAsync("/v1/inferences", TestContext.Current.CancellationToken))
        {
            Assert.Equal(503, (int)response.StatusCode);
            Assert.NotNull(response.Headers.RetryAfter?.Delta);
        }

        await First.StartAgainAsync();
        await load.StopAsync();
        Assert.Empty(load.Failures);
        await StoredCalls.AssertOnceAsync(_system, load);
    }
}
