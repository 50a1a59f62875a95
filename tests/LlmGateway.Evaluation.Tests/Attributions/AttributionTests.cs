using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Xml.Linq;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Servers;

namespace LlmGateway.Evaluation.Tests.Attributions;

/// <summary>Attributions kept in a file.</summary>
public sealed class SqliteAttributionTests : AttributionTests
{
    protected override Task<string?> StoreAsync() => Task.FromResult<string?>(null);
}

/// <summary>Attributions kept in a server.</summary>
public sealed class PostgresAttributionTests : AttributionTests
{
    protected override async Task<string?> StoreAsync() => await TestServers.CreateDatabaseAsync();
}

/// <summary>What each change was worth, over real HTTP, with a model whose answers depend on the changes in a known way.</summary>
public abstract class AttributionTests : IAsyncLifetime
{
    private const int Items = 40;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    private readonly TempFolder _folder = new();
    private OtherServices _services = null!;
    private EvaluationHost _host = null!;

    protected abstract Task<string?> StoreAsync();

    public async ValueTask InitializeAsync()
    {
        _services = await OtherServices.StartAsync();
        _services.Model = request => (200, Passes(request) ? "yes" : "no");
        _host = await EvaluationHost.StartAsync(_services, _folder.Path, await StoreAsync());
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _host.DisposeAsync();
        await _services.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Known_effects_and_their_interaction_are_found_and_add_up()
    {
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Equal("yes") });
        var ended = await EndedAsync(await StartAsync(eval, NoSettings, Prompt, Model, Cooler));
        Assert.True(ended.Text("status") == "completed", ended.ToString());
        Assert.Equal((8, 8), (ended.GetProperty("progress").GetProperty("done").GetInt32(), ended.GetProperty("progress").GetProperty("total").GetInt32()));
        Assert.Equal(8 * Items, _services.Requests.Count);
        var result = ended.GetProperty("result");
        Assert.Equal((Items, 0), (result.GetProperty("items").GetInt32(), result.GetProperty("left_out").GetInt32()));

        // Of 40 items pass: 8 always; 8 by the prompt, 12 by the model, 4 where both are made; the temperature does nothing.
        Assert.Equal((0.2, 0.8, 0.6), (Value(result, "baseline"), Value(result, "stacked"), Value(result, "total_effect")));
        var changes = result.GetProperty("changes");
        AssertEffects(changes[0], "prompt", alone: 0.2, without: 0.3, share: 0.25);
        AssertEffects(changes[1], "model", alone: 0.3, without: 0.4, share: 0.35);
        AssertEffects(changes[2], "parameters", alone: 0, without: 0, share: 0);
        Assert.Equal(Value(result, "total_effect"), changes.EnumerateArray().Sum(change => Value(change, "shapley")), 1e-12);
        Assert.Equal(["better", "better", "no_difference_shown"], changes.EnumerateArray().Select(change => change.Text("verdict")));
        var interaction = result.GetProperty("interactions")[0];
        Assert.Equal(("prompt", "model", 0.1), (interaction.Text("first"), interaction.Text("second"), Math.Round(Value(interaction, "effect"), 12)));
        Assert.Equal(["base", "prompt", "model", "cooler"], result.GetProperty("ladder").EnumerateArray().Select(rung => rung.Text("name")));
        Assert.Equal(0.4, Value(result.GetProperty("ladder")[2], "gain"), 1e-12);
        Assert.Equal(0, Value(changes[1], "cost_usd"), 1e-12);

        var share = changes[0].GetProperty("shapley");
        Assert.InRange(share.GetProperty("low").GetDouble(), 0.1, 0.2);
        Assert.InRange(share.GetProperty("high").GetDouble(), 0.3, 0.42);
    }

    [Fact]
    public async Task Runs_are_shared_with_earlier_ones_unless_fresh_ones_are_asked_for()
    {
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Equal("yes") });
        await EndedAsync(await StartAsync(eval, NoSettings, Prompt));
        Assert.Equal(2 * Items, _services.Requests.Count);
        var both = await EndedAsync(await StartAsync(eval, NoSettings, Prompt, Model));
        Assert.Equal(4 * Items, _services.Requests.Count);
        Assert.Equal(["base", "model", "prompt", "prompt + model"], await RunNamesAsync(eval));
        Assert.Equal(4, both.GetProperty("runs").EnumerateArray().Select(run => run.Text("run_id")).Distinct().Count());

        await EndedAsync(await StartAsync(eval, new { reuse_runs = false }, Prompt));
        Assert.Equal(6 * Items, _services.Requests.Count);
    }

    [Fact]
    public async Task Six_changes_are_sampled_within_the_budget_and_still_add_up()
    {
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Equal("yes") });
        object[] nothing = [.. Enumerable.Range(1, 4).Select(seed => new { name = $"seed {seed}", set = new { sampling_params = new { seed } } })];
        var ended = await EndedAsync(await StartAsync(eval, new { max_runs = 30 }, [Prompt, Model, .. nothing]));
        Assert.Equal("shapley", ended.Text("design"));
        Assert.InRange(ended.GetProperty("progress").GetProperty("total").GetInt32(), 20, 30);
        var result = ended.GetProperty("result");
        Assert.Equal(0.6, result.GetProperty("changes").EnumerateArray().Sum(change => Value(change, "shapley")), 1e-12);
        Assert.Equal(0.25, Value(result.GetProperty("changes")[0], "shapley"), 0.051);
        Assert.Empty(result.GetProperty("interactions").EnumerateArray());
        Assert.Equal("sampling_params.seed", ended.GetProperty("conflicts")[0].Text("field"));
        Assert.Equal(4, ended.GetProperty("conflicts")[0].GetProperty("changes").GetArrayLength());
    }

    [Fact]
    public async Task Cheaper_designs_tell_only_what_they_ran()
    {
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Equal("yes") });
        var alone = (await EndedAsync(await StartAsync(eval, new { design = "add_one_in" }, Prompt, Model, Cooler))).GetProperty("result").GetProperty("changes")[1];
        Assert.Equal(0.3, Value(alone, "add_one_in"), 1e-12);
        Assert.Equal((JsonValueKind.Null, JsonValueKind.Null), (alone.GetProperty("shapley").ValueKind, alone.GetProperty("leave_one_out").ValueKind));
        var without = (await EndedAsync(await StartAsync(eval, new { design = "leave_one_out" }, Prompt, Model, Cooler))).GetProperty("result").GetProperty("changes")[1];
        Assert.Equal(0.4, Value(without, "leave_one_out"), 1e-12);
        Assert.Equal(JsonValueKind.Null, without.GetProperty("add_one_in").ValueKind);
    }

    [Fact]
    public async Task The_report_and_the_picture_hold_what_names_bring_along()
    {
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Equal("yes") });
        var id = await StartAsync(eval, new { name = "<b>&\u0001 | \"ladder\"" }, new { name = "<script>|x", set = new { model = "better" } }, Prompt);
        await EndedAsync(id);
        var svg = await _host.Http.GetStringAsync($"/v1/attributions/{id}?format=svg");
        Assert.Equal("svg", XDocument.Parse(svg).Root!.Name.LocalName);
        Assert.DoesNotContain("<script>", svg, StringComparison.Ordinal);
        var markdown = await _host.Http.GetStringAsync($"/v1/attributions/{id}?format=markdown");
        Assert.Contains("| \\<script>\\|x | model | +0.350 [", markdown, StringComparison.Ordinal);
        Assert.Contains("help each other", markdown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_fails_fails_the_attribution_with_its_reason()
    {
        _services.Model = request => request.Text("model") == "better" ? (400, "no such model") : (200, "yes");
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Equal("yes") });
        var ended = await EndedAsync(await StartAsync(eval, NoSettings, Model));
        Assert.Equal(("failed", "run_failed"), (ended.Text("status"), ended.GetProperty("error").Text("code")));
        Assert.Contains("no such model", ended.GetProperty("error").Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_one_makes_no_more_runs_and_others_cannot_see_it()
    {
        using var gate = new ManualResetEventSlim();
        _services.Model = _ =>
        {
            gate.Wait(Deadline);
            return (200, "yes");
        };
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Equal("yes") });
        var id = await StartAsync(eval, NoSettings, Prompt, Model, Cooler);
        await Eventually.TrueAsync(async _ => (await RunNamesAsync(eval)).Count > 0, "the first runs are made", Deadline);
        Assert.Equal("canceled", (await _host.Http.PostJsonAsync($"/v1/attributions/{id}/cancel", new { })).Text("status"));
        gate.Set();
        await Eventually.TrueAsync(
            async _ => (await _host.Http.GetJsonAsync($"/v1/evals/{eval}/runs")).GetProperty("data").EnumerateArray().All(run => run.Text("status") == "completed"),
            "what was under way ends",
            Deadline);
        Assert.InRange((await RunNamesAsync(eval)).Count, 1, 4);
        Assert.Equal(HttpStatusCode.BadRequest, (await _host.Http.PostAsJsonAsync($"/v1/attributions/{id}/cancel", new { }).RefusedAsync()).Status);

        var other = _host.For("proj_b");
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync($"/v1/attributions/{id}").RefusedAsync()).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await other.DeleteAsync($"/v1/attributions/{id}").RefusedAsync()).Status);
        Assert.Empty((await other.GetJsonAsync("/v1/attributions")).GetProperty("data").EnumerateArray());
        Assert.Equal(id, (await _host.Http.GetJsonAsync($"/v1/attributions?eval_id={eval}")).GetProperty("data")[0].Text("id"));
        (await _host.Http.DeleteAsync($"/v1/attributions/{id}")).EnsureSuccessStatusCode();
        Assert.Empty((await _host.Http.GetJsonAsync("/v1/attributions")).GetProperty("data").EnumerateArray());
    }

    [Fact]
    public async Task What_cannot_be_is_refused_with_its_place_before_anything_is_run()
    {
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Equal("yes") });
        foreach (var (change, param) in new (object Change, string Param)[]
        {
            (new { name = "", set = new { model = "m" } }, "changes[0].name"),
            (new { name = "a", set = new { } }, "changes[0].set"),
            (new { name = "a", set = new { source = "x" } }, "changes[0].set.source"),
            (new { name = "a", set = new { model = 1 } }, "changes[0].set.model"),
            (new { name = "a", set = new { sampling_params = new { temperature = 9 } } }, "changes[0].set.sampling_params.temperature"),
            (new { name = "a", set = new { few_shot = new { dataset_id = "none", k = 1 } } }, "changes[0].set.few_shot.dataset_id"),
            (new { name = "a", set = new { input_messages = (object?)null } }, "changes[0].set.input_messages"),
        })
        {
            Assert.Equal(param, (await _host.Http.PostAsJsonAsync("/v1/attributions", Body(eval, NoSettings, change)).RefusedAsync()).Param);
        }

        Assert.Equal("changes[1].name", (await _host.Http.PostAsJsonAsync("/v1/attributions", Body(eval, NoSettings, Prompt, Prompt)).RefusedAsync()).Param);
        Assert.Equal("testing_criterion", (await _host.Http.PostAsJsonAsync("/v1/attributions", Body(eval, new { testing_criterion = "none" }, Prompt)).RefusedAsync()).Param);
        Assert.Equal(HttpStatusCode.NotFound, (await _host.Http.PostAsJsonAsync("/v1/attributions", Body("eval_none", NoSettings, Prompt)).RefusedAsync()).Status);
        Assert.Empty(await RunNamesAsync(eval));
    }

    private static object NoSettings => new { };

    private static object Prompt => new
    {
        name = "prompt",
        set = new { input_messages = new { type = "template", template = new[] { new { role = "user", content = "Think. {{ item.number }}" } } } },
    };

    private static object Model => new { name = "model", set = new { model = "better" } };

    private static object Cooler => new { name = "cooler", set = new { sampling_params = new { temperature = 0.1 } } };

    /// <summary>Items 0–7 always pass, 8–15 with the prompt, 16–27 with the model, 28–31 with both.</summary>
    private static bool Passes(JsonElement request)
    {
        var message = OtherServices.LastMessage(request);
        var (prompt, model) = (message.StartsWith("Think", StringComparison.Ordinal), request.Text("model") == "better");
        return int.Parse(message.Split(' ')[1], CultureInfo.InvariantCulture) switch
        {
            < 8 => true,
            < 16 => prompt,
            < 28 => model,
            < 32 => prompt && model,
            _ => false,
        };
    }

    private static Dictionary<string, object> Body(string eval, object settings, params object[] changes)
    {
        var body = JsonSerializer.Deserialize<Dictionary<string, object>>(JsonSerializer.Serialize(settings))!;
        body["eval_id"] = eval;
        body["source"] = Criteria.Inline([.. Enumerable.Range(0, Items).Select(number => new { number })]);
        body["base"] = new { model = "plain", input_messages = new { type = "template", template = new[] { new { role = "user", content = "Answer. {{ item.number }}" } } } };
        body["changes"] = changes;
        return body;
    }

    private async Task<string> StartAsync(string eval, object settings, params object[] changes) =>
        (await _host.Http.PostJsonAsync("/v1/attributions", Body(eval, settings, changes))).Text("id");

    private async Task<JsonElement> EndedAsync(string id)
    {
        JsonElement last = default;
        await Eventually.TrueAsync(
            async _ =>
            {
                last = await _host.Http.GetJsonAsync($"/v1/attributions/{id}");
                return last.Text("status") is not ("queued" or "in_progress");
            },
            $"attribution {id} ends",
            Deadline);
        return last;
    }

    private async Task<List<string>> RunNamesAsync(string eval) =>
        [.. (await _host.Http.GetJsonAsync($"/v1/evals/{eval}/runs?limit=100")).GetProperty("data").EnumerateArray().Select(run => run.Text("name")).OrderBy(name => name.Length)];

    private static double Value(JsonElement from, string name) => from.GetProperty(name).GetProperty("value").GetDouble();

    private static void AssertEffects(JsonElement change, string kind, double alone, double without, double share)
    {
        Assert.Equal(kind, change.Text("kind"));
        Assert.Equal(alone, Value(change, "add_one_in"), 1e-12);
        Assert.Equal(without, Value(change, "leave_one_out"), 1e-12);
        Assert.Equal(share, Value(change, "shapley"), 1e-12);
    }
}
