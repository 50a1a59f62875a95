using System.Net;
using System.Text.Json;
using LlmGateway.Contracts.Datasets;
using LlmGateway.Contracts.Gateway;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Servers;
using static LlmGateway.Evaluation.Tests.Experiments.SampleExperiments;

namespace LlmGateway.Evaluation.Tests.Experiments;

/// <summary>Watches kept in a file.</summary>
public sealed class SqliteExperimentWorkerTests : ExperimentWorkerTests
{
    protected override Task<string?> StoreAsync() => Task.FromResult<string?>(null);
}

/// <summary>Watches kept in a server.</summary>
public sealed class PostgresExperimentWorkerTests : ExperimentWorkerTests
{
    protected override async Task<string?> StoreAsync() => await TestServers.CreateDatabaseAsync();
}

/// <summary>Experiments watched and decided on, over real HTTP.</summary>
public abstract class ExperimentWorkerTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private OtherServices _services = null!;
    private EvaluationHost _host = null!;
    private string? _connection;

    protected abstract Task<string?> StoreAsync();

    private ExperimentServer Server => _services.Experiments;

    public async ValueTask InitializeAsync()
    {
        _services = await OtherServices.StartAsync();
        _connection = await StoreAsync();
        _host = await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        await _services.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_canary_that_is_as_good_climbs_step_by_step_and_is_promoted()
    {
        Server.Sums = (experiment, _) => Alike(experiment);
        Server.Set(Canary());
        await EndedAsync("exp_1");

        Assert.Equal(["advance", "advance", "advance", "promote"], Server.Taken.Select(taken => taken.Decision.Action));
        Assert.Equal([0.05, 0.25, 0.5], Server.Taken.Take(3).Select(taken => taken.Decision.Weights!["new"]));
        Assert.Equal("new", Server.Taken.Last().Decision.Winner);
        Assert.Empty(Server.Refused);
        Assert.StartsWith("Bearer lgt_", _services.Credentials[RunningExperiment.Path]);

        await Eventually.TrueAsync(async _ => (await ResultsAsync("exp_1")).Text("status") == "ended", "the end is known");
        var results = await ResultsAsync("exp_1");
        Assert.Equal(("experiment.results", "promote"), (results.Text("object"), results.GetProperty("last_decision").Text("action")));
        Assert.Equal([1, 2, 3, 4], results.GetProperty("stages").EnumerateArray().Select(stage => stage.GetProperty("stage").GetInt32()));
    }

    [Fact]
    public async Task What_is_worse_is_rolled_back_with_the_evidence_that_the_results_show_too()
    {
        Server.Sums = (experiment, _) => [Arm("base", 4000, ("quality", 0.8)), Arm("new", 200, ("quality", 0.5))];
        Server.Set(Canary(step: 2));
        await EndedAsync("exp_1");

        var (_, decision) = Assert.Single(Server.Taken);
        Assert.Equal(ExperimentAction.RollBack, decision.Action);
        Assert.Contains("'new' less the control is -0.3 [", decision.Reason);
        Assert.Equal("worse", (string)decision.Evidence["comparisons"]![0]!["verdict"]!);
        await Eventually.TrueAsync(async _ => (await ResultsAsync("exp_1")).GetProperty("last_decision").ValueKind == JsonValueKind.Object, "the decision is told");
        var look = (await ResultsAsync("exp_1")).GetProperty("look");
        var (arm, comparison) = (look.GetProperty("arms")[1], look.GetProperty("comparisons")[0]);
        Assert.Equal(("new", 0.05, 200, 0), (arm.Text("name"), arm.GetProperty("weight").GetDouble(), arm.GetProperty("units").GetInt32(), arm.GetProperty("units_needed").GetInt32()));
        Assert.Equal(0.5, arm.GetProperty("metrics")[0].GetProperty("mean").GetDouble());
        Assert.True(comparison.GetProperty("high").GetDouble() < 0);
    }

    [Fact]
    public async Task A_decision_on_an_older_version_is_refused_and_the_next_look_decides_anew()
    {
        Server.Sums = (experiment, _) => Alike(experiment);
        var changes = 0;
        Server.BeforeDecision = experiment =>
        {
            if (changes++ == 0)
            {
                Server.Set(experiment with { Version = 7, MinUnits = 110 });
            }
        };
        Server.Set(Canary(step: 4));
        await EndedAsync("exp_1");

        Assert.Equal(1, Assert.Single(Server.Refused).Version);
        Assert.Equal(7, Assert.Single(Server.Taken).Decision.Version);
    }

    [Fact]
    public async Task An_alarm_is_raised_once_a_stage_and_keeps_a_canary_from_its_next_step()
    {
        Server.Sums = (experiment, _) => [Arm("base", 2000, ("quality", 0.8)), Arm("new", 1000, ("quality", 0.8))];
        Server.Set(Canary(step: 4));
        await Eventually.TrueAsync(() => !Server.Taken.IsEmpty, "the alarm");
        await LooksAsync(5);

        Assert.Equal(ExperimentAction.Alarm, Assert.Single(Server.Taken).Decision.Action);
        var look = (await ResultsAsync("exp_1")).GetProperty("look");
        Assert.Equal("""["sample_ratio"]""", look.GetProperty("alarms").GetRawText());
        Assert.Contains("sample_ratio", look.GetProperty("waiting")[0].GetString());

        // What harms is taken back all the same.
        Server.Sums = (experiment, _) => [Arm("base", 2000, ("quality", 0.8)), Arm("new", 1000, ("quality", 0.6))];
        await EndedAsync("exp_1");
        Assert.Equal(["alarm", "roll_back"], Server.Taken.Select(taken => taken.Decision.Action));
    }

    [Fact]
    public async Task Two_processes_over_one_store_decide_once()
    {
        Server.Sums = (experiment, _) => Alike(experiment);
        await using var other = await StartAsync();
        for (var id = 1; id <= 4; id++)
        {
            Server.Set(Canary() with { Id = $"exp_{id}" });
        }

        for (var id = 1; id <= 4; id++)
        {
            await EndedAsync($"exp_{id}");
        }

        Assert.All(Server.Taken.GroupBy(taken => taken.Experiment.Id), taken => Assert.Equal(["advance", "advance", "advance", "promote"], taken.Select(one => one.Decision.Action)));
        Assert.Empty(Server.Refused);
    }

    [Fact]
    public async Task A_log_that_is_away_is_asked_again()
    {
        (Server.SumsStatus, Server.Sums) = (503, (experiment, _) => Alike(experiment));
        Server.Set(Canary(step: 4));
        await LooksAsync(3);
        Assert.Equal(JsonValueKind.Null, (await ResultsAsync("exp_1")).GetProperty("look").ValueKind);
        var (status, _, param) = await _host.Http.GetAsync("/v1/experiments/exp_1/results?format=svg").RefusedAsync();
        Assert.Equal((HttpStatusCode.NotFound, "experiment_id"), (status, param));

        Server.SumsStatus = 200;
        await EndedAsync("exp_1");
        Assert.Equal(ExperimentAction.Promote, Assert.Single(Server.Taken).Decision.Action);
    }

    [Fact]
    public async Task An_adaptive_experiment_gives_more_to_what_is_better_and_pools_its_stages()
    {
        // The first stage alone tells nothing apart, nor does the second.
        Server.Sums = (experiment, stage) => stage == 1
            ? [Arm("base", 150, ("quality", 0.7)), Arm("new", 150, ("quality", 0.8))]
            : [Arm("base", 100, ("quality", 0.7)), Arm("new", 2 * (long)Math.Round(50 * experiment.Arms[1].Weight / experiment.Arms[0].Weight), ("quality", 0.85))];
        Server.Set(Make(ExperimentAllocation.Adaptive, [], ("base", 0.5), ("new", 0.5)));
        await EndedAsync("exp_1");

        var taken = Server.Taken.ToList();
        Assert.Equal(["reweigh", "promote"], taken.Select(one => one.Decision.Action));
        Assert.InRange(taken[0].Decision.Weights!["new"], 0.85, 0.95);
        Assert.Equal("new", taken[1].Decision.Winner);
    }

    [Fact]
    public async Task Results_are_told_as_text_and_picture_and_to_their_project_alone()
    {
        Server.Sums = (experiment, _) => [Arm("base", 950, ("quality", 0.8), ("error_rate", 0.04)), Arm("new", 50, ("quality", 0.8), ("error_rate", 0.04))];
        Server.Set(Canary(2, 100, new ExperimentGuardrail("error_rate", "min", 0.02, 0.05)));
        await Eventually.TrueAsync(async token => (await _host.Http.GetAsync("/v1/experiments/exp_1/results?format=svg", token)).IsSuccessStatusCode, "the first look");

        var look = (await ResultsAsync("exp_1")).GetProperty("look");
        Assert.Equal("'new' needs 50 more units.", look.GetProperty("waiting")[0].GetString());
        Assert.Equal(0.25, look.GetProperty("next").GetProperty("weights").GetProperty("new").GetDouble());
        Assert.Equal(["quality", "error_rate"], look.GetProperty("comparisons").EnumerateArray().Select(comparison => comparison.Text("metric")));
        var markdown = await _host.Http.GetStringAsync("/v1/experiments/exp_1/results?format=markdown");
        Assert.Contains("| new | 5 % | 5 % | 50 | 50 | 0.8 | 0.04 |", markdown);
        Assert.Contains("Next: advance to base 75 %, new 25 %.", markdown);
        var picture = await _host.Http.GetStringAsync("/v1/experiments/exp_1/results?format=svg");
        Assert.StartsWith("<svg", picture);
        Assert.Equal("svg", System.Xml.Linq.XDocument.Parse(picture).Root!.Name.LocalName);

        Assert.Equal(HttpStatusCode.NotFound, (await _host.For("proj_b").GetAsync("/v1/experiments/exp_1/results").RefusedAsync()).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _host.Http.GetAsync("/v1/experiments/exp_2/results").RefusedAsync()).Status);
        Assert.Equal((HttpStatusCode.BadRequest, "format"), await FormatRefusedAsync());
    }

    private async Task<(HttpStatusCode Status, string? Param)> FormatRefusedAsync()
    {
        var (status, _, param) = await _host.Http.GetAsync("/v1/experiments/exp_1/results?format=pdf").RefusedAsync();
        return (status, param);
    }

    private Task<EvaluationHost> StartAsync() => EvaluationHost.StartAsync(
        _services, _folder.Path, _connection, ("Evaluation:Experiments:Interval", "00:00:00.050"), ("Evaluation:Leases:RetryPause", "00:00:00.050"));

    private Task<JsonElement> ResultsAsync(string id) => _host.Http.GetJsonAsync($"/v1/experiments/{id}/results");

    private Task EndedAsync(string id) => Eventually.TrueAsync(() => !Server.IsRunning(id), $"{id} ends");

    private async Task LooksAsync(int more)
    {
        var before = Server.AskedStages.Count;
        await Eventually.TrueAsync(() => Server.AskedStages.Count >= before + more, "further looks");
    }

    /// <summary>Arms of equal quality, with units as the weights say.</summary>
    private static IEnumerable<ExposureArm[]> Alike(RunningExperiment experiment)
    {
        var units = 220 / experiment.Arms.Min(arm => arm.Weight);
        return experiment.Arms.Select(arm => Arm(arm.Name, 2 * (long)Math.Round(units * arm.Weight / 2), ("quality", 0.8)));
    }
}
