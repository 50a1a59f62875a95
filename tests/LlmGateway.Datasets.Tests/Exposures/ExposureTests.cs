using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Datasets.Tests.Stores;
using LlmGateway.Service;

namespace LlmGateway.Datasets.Tests.Exposures;

public sealed class EmbeddedExposureTests : ExposureTests
{
    protected override ValueTask<TestStore> OpenAsync() => ValueTask.FromResult(TestStore.Embedded());
}

public sealed class PostgresExposureTests : ExposureTests
{
    protected override async ValueTask<TestStore> OpenAsync() => await TestStore.PostgresAsync();
}

/// <summary>What each store sums of an experiment's calls.</summary>
public abstract class ExposureTests : IAsyncLifetime
{
    private const string Project = "proj_a";
    private const string Experiment = "exp_1";
    private readonly Calls _calls = new(Project);
    private TestStore _store = null!;
    private DatasetsHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _store = await OpenAsync();
        _host = await _store.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        _store?.Dispose();
        GC.SuppressFinalize(this);
    }

    protected abstract ValueTask<TestStore> OpenAsync();

    [Fact]
    public async Task A_units_value_is_the_mean_of_its_calls_and_sums_are_over_units()
    {
        InferenceFrame[] batch =
        [
            // One unit of three calls: one of them failed, one has no known cost.
            Call("control", 2, duration: 1_000_000, cost: 1_000_000_000),
            Call("control", 2, duration: 3_000_000, cost: null),
            Call("control", 2, duration: 9_000_000, cost: 3_000_000_000, outcome: InferenceOutcome.Failed),
            Call("control", 4, duration: 5_000_000, cost: null),
            Call("control", 5, duration: 7_000_000, cost: 0),
            Call("better", 0xF000000000000001, duration: 2_000_000, cost: 0, outcome: InferenceOutcome.Cancelled),
        ];
        await _host.StoreAsync(batch);
        await _host.StoreAsync(batch);

        var arms = await SumsAsync("error_rate,latency_ms,cost_usd");
        Assert.Equal(["better 1", "control 0", "control 1"], arms.Keys.Order());
        Assert.Equal((2, 4), Size(arms["control 0"]));
        Assert.Equal((2, 1 / 3.0, 1 / 9.0), Metric(arms["control 0"], "error_rate"));
        Assert.Equal((2, 2000 + 5000, (2000.0 * 2000) + (5000.0 * 5000)), Metric(arms["control 0"], "latency_ms"));
        Assert.Equal((1, 2, 4), Metric(arms["control 0"], "cost_usd"));
        Assert.Equal((1, 1), Size(arms["control 1"]));
        Assert.Equal((1, 0, 0), Metric(arms["control 1"], "cost_usd"));

        // Its caller left: it did not fail, and nobody knows how long it would have taken.
        Assert.Equal((1, 0, 0), Metric(arms["better 1"], "error_rate"));
        Assert.Equal((0, 0, 0), Metric(arms["better 1"], "latency_ms"));
    }

    [Fact]
    public async Task Feedback_counts_by_the_call_by_its_answer_and_by_its_episode()
    {
        var byCall = Call("control", 2);
        var byAnswer = Call("control", 4);
        var (first, second) = (Call("control", 6, episode: "ep_1"), Call("control", 6, episode: "ep_1"));
        var both = Call("better", 8, episode: "ep_2");
        await _host.StoreAsync(byCall, byAnswer, first, second, both, Call("better", 10));
        await SayAsync(new { inference_id = byCall.Record.Id, metric = "good", value = true });
        await SayAsync(new { inference_id = byAnswer.Record.BodyId, metric = "good", value = false });
        await SayAsync(new { episode_id = "ep_1", metric = "good", value = true });
        await SayAsync(new { inference_id = both.Record.Id, metric = "good", value = true });
        await SayAsync(new { episode_id = "ep_2", metric = "good", value = false });
        await SayAsync(new { inference_id = both.Record.Id, metric = "stars", value = 4.5 });

        var arms = await SumsAsync("good,error_rate,stars,never_said");
        Assert.Equal((3, 2, 2), Metric(arms["control 0"], "good"));
        Assert.Equal((0, 0, 0), Metric(arms["control 0"], "stars"));
        Assert.Equal((3, 0, 0), Metric(arms["control 0"], "error_rate"));

        // One says yes and one says no of the same call.
        Assert.Equal((1, 0.5, 0.25), Metric(arms["better 0"], "good"));
        Assert.Equal((1, 4.5, 20.25), Metric(arms["better 0"], "stars"));
        Assert.Equal((0, 0, 0), Metric(arms["better 0"], "never_said"));
        Assert.Equal((2, 2), Size(arms["better 0"]));
    }

    [Fact]
    public async Task Other_stages_experiments_and_projects_are_not_summed()
    {
        await _host.StoreAsync(Call("control", 2), Call("control", 4, stage: 2), Call("control", 6, experiment: "exp_2"));
        Assert.Equal((1, 1), Size(Assert.Single(await SumsAsync("error_rate")).Value));
        Assert.Empty(await SumsAsync("error_rate", experiment: "exp_unknown"));
        Assert.Empty(await SumsAsync("error_rate", stage: "3"));
        Assert.Empty(await SumsAsync("error_rate", project: "proj_b"));
    }

    [Fact]
    public async Task A_call_shows_its_variant_and_calls_are_found_by_it()
    {
        var call = Call("better", 2, stage: 3);
        await _host.StoreAsync(call, Call("control", 4), _calls.Chat("chatcmpl-none"));
        var client = _host.For(Project);
        var exposure = (await client.GetJsonAsync($"/v1/inferences/{call.Record.Id}")).GetProperty("exposure");
        Assert.Equal((Experiment, "better", 3), (exposure.Text("experiment_id"), exposure.Text("variant"), exposure.GetProperty("stage").GetInt32()));
        Assert.Equal([call.Record.Id.ToString()], (await client.GetJsonAsync($"/v1/inferences?experiment_id={Experiment}&variant=better")).Ids());
        Assert.Equal(2, (await client.GetJsonAsync($"/v1/inferences?experiment_id={Experiment}")).Ids().Length);
        Assert.Equal(400, (int)(await client.GetAsync("/v1/inferences?variant=better", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Theory]
    [InlineData("stage=1&metrics=error_rate", "experiment_id")]
    [InlineData("experiment_id=exp_1&metrics=error_rate", "stage")]
    [InlineData("experiment_id=exp_1&stage=0&metrics=error_rate", "stage")]
    [InlineData("experiment_id=exp_1&stage=1&metrics=a%20b", "metrics")]
    [InlineData("experiment_id=exp_1&stage=1&metrics=a1,a2,a3,a4,a5,a6,a7,a8,a9,a10,a11,a12,a13,a14,a15,a16,a17", "metrics")]
    public async Task A_bad_question_is_refused_by_its_field(string query, string param)
    {
        var response = await _host.For(Project, Scopes.Internal).GetAsync($"/internal/exposures?{query}", TestContext.Current.CancellationToken);
        Assert.Equal(400, (int)response.StatusCode);
        Assert.Equal(param, (await response.JsonAsync()).GetProperty("error").Text("param"));
        Assert.Equal(403, (int)(await _host.For(Project).GetAsync($"/internal/exposures?{query}", TestContext.Current.CancellationToken)).StatusCode);
    }

    private InferenceFrame Call(
        string variant,
        ulong unit,
        long duration = 1000,
        long? cost = 0,
        InferenceOutcome outcome = InferenceOutcome.Completed,
        int stage = 1,
        string experiment = Experiment,
        string? episode = null) => _calls.Chat($"chatcmpl-{Guid.CreateVersion7():N}", record => record with
        {
            DurationMicros = duration,
            CostNanoUsd = cost,
            Outcome = outcome,
            EpisodeId = episode,
            Exposure = new InferenceExposure(experiment, variant, stage, unit.ToString("x16", CultureInfo.InvariantCulture)),
        });

    private async Task SayAsync(object feedback)
    {
        using var response = await _host.For(Project).PostAsJsonAsync("/v1/feedback", feedback, TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private async Task<Dictionary<string, JsonElement>> SumsAsync(string metrics, string experiment = Experiment, string stage = "1", string project = Project)
    {
        var sums = await _host.For(project, Scopes.Internal).GetJsonAsync($"/internal/exposures?experiment_id={experiment}&stage={stage}&metrics={metrics}");
        return sums.GetProperty("arms").EnumerateArray().ToDictionary(arm => $"{arm.Text("variant")} {arm.GetProperty("half").GetInt32()}");
    }

    private static (long Units, long Calls) Size(JsonElement arm) => (arm.GetProperty("units").GetInt64(), arm.GetProperty("calls").GetInt64());

    private static (long Count, double Sum, double Squares) Metric(JsonElement arm, string name)
    {
        var metric = arm.GetProperty("metrics").EnumerateArray().Single(metric => metric.Text("name") == name);
        return (metric.GetProperty("count").GetInt64(), metric.GetProperty("sum").GetDouble(), metric.GetProperty("squares").GetDouble());
    }
}
