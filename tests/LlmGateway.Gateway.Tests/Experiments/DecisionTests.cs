using LlmGateway.Gateway.Storage;
using LlmGateway.Gateway.Tests.ProjectModels;
using LlmGateway.TestKit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Gateway.Tests.Experiments;

/// <summary>What Evaluation reads, and what its decisions do.</summary>
public sealed class DecisionTests
{
    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_canary_goes_through_its_steps_and_each_is_in_the_trail(Store store)
    {
        await using var on = await GatewayOn.StartAsync(store);
        var id = (await on.Gateway.ExperimentAsync("""{"allocation": "canary", "steps": [0.05, 1]}""")).GetProperty("id").GetString()!;
        var (_, list) = await on.Gateway.SendAsync(HttpMethod.Get, "/internal/experiments", key: on.Gateway.ServiceToken());
        var running = Assert.Single(list.EnumerateArray());
        Assert.Equal((id, "proj_default", 1, 1, "canary"), (
            running.GetProperty("id").GetString(), running.GetProperty("project_id").GetString(), running.GetProperty("version").GetInt32(),
            running.GetProperty("stage").GetInt32(), running.GetProperty("allocation").GetString()));
        Assert.Equal(0.05, running.GetProperty("arms")[1].GetProperty("weight").GetDouble());

        var (status, next) = await on.Gateway.DecideAsync(id, Decision(1, "advance"));
        Assert.Equal((200, 2, 2, 1), (status, next.GetProperty("version").GetInt32(), next.GetProperty("stage").GetInt32(), next.GetProperty("arms")[1].GetProperty("weight").GetInt32()));
        Assert.Equal("better", await on.Gateway.VariantAsync("any"));
        Assert.Equal((409, "version_conflict"), await CodeAsync(on, id, Decision(1, "advance")));
        Assert.Equal((400, "invalid_value"), await CodeAsync(on, id, Decision(2, "advance")));
        Assert.Equal((400, "invalid_value"), await CodeAsync(on, id, Decision(2, "reweigh")));
        Assert.Equal((400, "invalid_value"), await CodeAsync(on, id, Decision(2, "promote", winner: "nobody")));
        Assert.Equal(200, (await on.Gateway.DecideAsync(id, Decision(2, "promote", winner: "better"))).Status);
        Assert.Equal((409, "version_conflict"), await CodeAsync(on, id, Decision(2, "roll_back")));
        Assert.Equal("promoted", (await on.Gateway.ReadExperimentAsync()).GetProperty("status").GetString());
        Assert.Empty((await on.Gateway.SendAsync(HttpMethod.Get, "/internal/experiments", key: on.Gateway.ServiceToken())).Body.EnumerateArray());

        var events = await on.Gateway.EventsAsync();
        Assert.Equal(["promote", "advance", "create"], events.Select(told => told.GetProperty("action").GetString()));
        Assert.Equal(("evaluation", "because", 7), (
            events[1].GetProperty("actor").GetString(), events[1].GetProperty("reason").GetString(), events[1].GetProperty("evidence").GetProperty("looked_at").GetInt32()));
        Assert.Equal("better", events[0].GetProperty("winner").GetString());
        await Eventually.TrueAsync(_ => IsAnnouncedAsync(on), "the public event", cancellationToken: TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task An_alarm_is_written_once_of_a_kind_and_changes_nothing()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        var id = (await on.Gateway.ExperimentAsync()).GetProperty("id").GetString()!;
        foreach (var kind in (string[])["ratio", "ratio", "halves", "ratio"])
        {
            Assert.Equal(200, (await on.Gateway.DecideAsync(id, new { version = 1, action = "alarm", reason = $"{kind} {Guid.CreateVersion7()}", evidence = new { kind } })).Status);
        }

        Assert.Equal(["alarm", "alarm", "create"], (await on.Gateway.EventsAsync()).Select(told => told.GetProperty("action").GetString()));
        var experiment = await on.Gateway.ReadExperimentAsync();
        Assert.Equal((1, 1, "running"), (experiment.GetProperty("version").GetInt32(), experiment.GetProperty("stage").GetInt32(), experiment.GetProperty("status").GetString()));
    }

    [Fact]
    public async Task An_adaptive_experiment_is_weighed_anew_and_can_be_rolled_back_or_concluded()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        var id = (await on.Gateway.ExperimentAsync("""{"allocation": "adaptive"}""")).GetProperty("id").GetString()!;
        var (status, weighed) = await on.Gateway.DecideAsync(id, new { version = 1, action = "reweigh", weights = new { control = 0.2, better = 0.8 }, reason = "r", evidence = new { } });
        Assert.Equal((200, 2), (status, weighed.GetProperty("stage").GetInt32()));
        Assert.Equal((400, "invalid_value"), await CodeAsync(on, id, new { version = 2, action = "reweigh", weights = new { control = 0.2 }, reason = "r", evidence = new { } }));
        Assert.Equal(200, (await on.Gateway.DecideAsync(id, Decision(2, "conclude"))).Status);
        Assert.Equal("concluded", (await on.Gateway.ReadExperimentAsync()).GetProperty("status").GetString());
        Assert.Null(await on.Gateway.VariantAsync("any"));
        Assert.Equal(404, (await on.Gateway.DecideAsync("exp_unknown", Decision(1, "conclude"))).Status);
    }

    private static object Decision(long version, string action, string? winner = null) =>
        new { version, action, winner, reason = "because", evidence = new { looked_at = 7 } };

    private static async Task<(int, string?)> CodeAsync(GatewayOn on, string id, object decision)
    {
        var (status, error) = await on.Gateway.DecideAsync(id, decision);
        return (status, error.Code());
    }

    private static async Task<bool> IsAnnouncedAsync(GatewayOn on)
    {
        await using var scope = on.Gateway.Services.CreateAsyncScope();
        return !await scope.ServiceProvider.GetRequiredService<GatewayDbContext>().ExperimentEvents.AnyAsync(row => row.Announcement != null);
    }
}
