using System.Text;
using LlmGateway.ServiceDefaults;
using LlmGateway.TestKit;

namespace LlmGateway.System.Tests;

/// <summary>PostgreSQL goes and comes back under load: models answer, the data APIs say when to come again, and nothing is lost.</summary>
public sealed class DatabaseOutageTests(OwnServers servers) : IClassFixture<OwnServers>
{
    /// <summary>Longer than gateways keep what they know of a key (30 s): a known key works on all the same.</summary>
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(32);

    /// <summary>Far more than a call takes here.</summary>
    private static readonly TimeSpan Unnoticed = TimeSpan.FromSeconds(5);

    /// <summary>A process that starts takes seconds; on a busy machine, many.</summary>
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(120);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Known_keys_work_on_without_PostgreSQL_and_every_call_is_stored_once()
    {
        var postgres = await servers.StartAsync(ResourceNames.Postgres);
        await using var system = await ServicesSystem.StartAsync(new SystemServers { Postgres = postgres });
        await using var load = await Load.StartAsync(system);
        await load.DeliverAsync(100);
        await postgres.StopAsync(ResourceNames.Postgres);
        var late = system.Add(ResourceNames.Datasets);
        late.Start();
        await load.GoOnAsync(Outage / 2);
        await AssertComeAgainAsync(system, HttpMethod.Get, "/v1/inferences");
        await AssertComeAgainAsync(system, HttpMethod.Get, "/v1/chat/completions");
        await AssertComeAgainAsync(system, HttpMethod.Get, "/v1/usage");
        await AssertComeAgainAsync(system, HttpMethod.Get, "/v1/keys");
        await AssertComeAgainAsync(system, HttpMethod.Post, "/v1/keys");
        await AssertComeAgainAsync(system, HttpMethod.Get, "/v1/models", "sk-lg-nobody-has-seen-this-one");
        await load.GoOnAsync(Outage / 2);
        await Eventually.TrueAsync(() => late.Output.Contains("ConnectionStrings:datasets", StringComparison.Ordinal), "the late worker to name what it waits for", StartLimit, Cancel);
        Assert.DoesNotContain("   at ", late.Output, StringComparison.Ordinal);
        Assert.False(late.HasExited);
        await load.GoOnAsync(TimeSpan.Zero);

        await postgres.StartAsync(ResourceNames.Postgres);
        await late.WaitUntilHealthyAsync();
        await load.DeliverAsync(100);
        await load.StopAsync();
        Assert.Empty(load.Failures);
        Assert.InRange(load.Usual, TimeSpan.Zero, Unnoticed);
        await StoredCalls.AssertOnceAsync(system, load);
        Assert.All(system.ProcessesOf(ResourceNames.Gateway), gateway => Assert.DoesNotContain("   at ", gateway.Output, StringComparison.Ordinal));
        Assert.All(system.ProcessesOf(ResourceNames.Datasets), worker => Assert.DoesNotContain("   at ", worker.Output, StringComparison.Ordinal));
    }

    private static async Task AssertComeAgainAsync(RunningSystem system, HttpMethod method, string path, string key = RunningSystem.AdminKey)
    {
        using var request = new HttpRequestMessage(method, path) { Content = method == HttpMethod.Post ? new StringContent("{}", Encoding.UTF8, "application/json") : null };
        using var response = await system.ClientOf(system.BaseUrl, key).SendAsync(request, Cancel);
        var body = await response.Content.ReadAsStringAsync(Cancel);
        Assert.True((int)response.StatusCode == 503, $"{method} {path}: {(int)response.StatusCode} {body}");
        Assert.NotNull(response.Headers.RetryAfter?.Delta);
        Assert.StartsWith("{\"error\":{", body, StringComparison.Ordinal);
    }
}
