using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Servers;

namespace LlmGateway.Evaluation.Tests.Online;

/// <summary>Rules kept in a file.</summary>
public sealed class SqliteOnlineTests : OnlineTests
{
    protected override Task<string?> StoreAsync() => Task.FromResult<string?>(null);
}

/// <summary>Rules kept in a server.</summary>
public sealed class PostgresOnlineTests : OnlineTests
{
    protected override async Task<string?> StoreAsync() => await TestServers.CreateDatabaseAsync();
}

/// <summary>Traffic graded by rules, over real HTTP.</summary>
public abstract class OnlineTests : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly TempFolder _folder = new();
    private OtherServices _services = null!;
    private EvaluationHost _host = null!;
    private int _calls;

    protected abstract Task<string?> StoreAsync();

    public async ValueTask InitializeAsync()
    {
        _services = await OtherServices.StartAsync();
        _host = await EvaluationHost.StartAsync(
            _services, _folder.Path, await StoreAsync(), ("Evaluation:OnlineInterval", "00:00:00.100"), ("Evaluation:Leases:RetryPause", "00:00:00.100"));
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
    public async Task Calls_that_pass_are_graded_once_and_what_was_found_is_said_of_them()
    {
        var (eval, rule) = await RuleAsync(new { name = "live", filter = new { model = "fast" }, delay_seconds = 0 });
        var good = Log("fast", "yes");
        var bad = Log("fast", "no");
        Log("slow", "yes");
        Log("fast", "yes", purpose: "evaluation");

        await SaidAsync(2);
        Assert.Equal([(good, 1.0), (bad, 0.0)], _services.Feedback.Values.Select(said => (said.Text("inference_id"), said.GetProperty("value").GetDouble())).OrderBy(said => said.Item1));
        Assert.All(_services.Feedback.Values, said => Assert.Equal("live.equal", said.Text("metric")));
        var counts = (await LookedAsync(eval, rule, 4)).GetProperty("counts");
        Assert.Equal("""{"graded":2,"skipped":{"filter":2,"rate":0,"budget":0,"already_graded":0}}""", counts.GetRawText());

        var backfill = await _host.Http.PostJsonAsync($"/v1/evals/{eval}/online_rules/{rule}/backfill", new { from = "2020-01-01" });
        Assert.Equal((JsonValueKind.Null, 2), (backfill.GetProperty("run_id").ValueKind, backfill.GetProperty("skipped").GetProperty("already_graded").GetInt32()));
    }

    [Fact]
    public async Task What_was_before_the_rule_is_graded_by_a_backfill_and_the_budget_is_the_days()
    {
        var old = Log("fast", "yes", created: DateTimeOffset.UnixEpoch.AddDays(18_000));
        var (eval, rule) = await RuleAsync(new { name = "live", delay_seconds = 0, daily_budget = new { items = 1 } });
        Log("fast", "yes");
        Log("fast", "yes");
        await LookedAsync(eval, rule, 2);
        await SaidAsync(1);
        Assert.DoesNotContain(_services.Feedback.Values, said => said.Text("inference_id") == old);

        var backfill = await _host.Http.PostJsonAsync($"/v1/evals/{eval}/online_rules/{rule}/backfill", new { from = "2019-01-01" });
        Assert.Equal((3, 2), (backfill.GetProperty("looked").GetInt32(), backfill.GetProperty("grading").GetInt32()));
        await SaidAsync(3);
        var view = await _host.Http.GetJsonAsync($"/v1/evals/{eval}/online_rules/{rule}");
        Assert.Equal((1, 1), (view.GetProperty("counts").GetProperty("skipped").GetProperty("budget").GetInt32(), view.GetProperty("day_items").GetInt32()));
    }

    [Fact]
    public async Task A_dry_run_says_of_each_call_what_keeps_it_out()
    {
        var (eval, rule) = await RuleAsync(new { name = "live", filter = new { model = "fast", metadata = new { team = "a" } }, rate = 0, enabled = false });
        var passing = Log("fast", "yes", team: "a");
        var other = Log("slow", "yes", team: "b");

        var dry = await _host.Http.PostJsonAsync($"/v1/evals/{eval}/online_rules/{rule}/dry_run", new { inference_ids = new[] { passing, other } });
        Assert.Equal("disabled", dry.Text("status"));
        var (first, second) = (dry.GetProperty("data")[0], dry.GetProperty("data")[1]);
        Assert.Equal(("rate", false), (first.Text("reason"), first.GetProperty("sampled").GetBoolean()));
        Assert.All(first.GetProperty("filter").EnumerateArray(), condition => Assert.True(condition.GetProperty("matched").GetBoolean()));
        Assert.Equal("filter", second.Text("reason"));
        Assert.Equal(
            [("model", "fast", "test/slow"), ("metadata.team", "a", "b")],
            second.GetProperty("filter").EnumerateArray().Where(condition => !condition.GetProperty("matched").GetBoolean())
                .Select(condition => (condition.Text("field"), condition.Text("expected"), condition.Text("actual"))));
        Assert.Empty(_services.Feedback);

        await _host.Http.PatchAsJsonAsync($"/v1/evals/{eval}/online_rules/{rule}", new { rate = 1 });
        var again = await _host.Http.PostJsonAsync($"/v1/evals/{eval}/online_rules/{rule}/dry_run", new { from = "2020-01-01" });
        Assert.Equal([true, false], again.GetProperty("data").EnumerateArray().Select(call => call.GetProperty("graded").GetBoolean()));
    }

    [Fact]
    public async Task A_rule_whose_run_fails_is_paused_with_the_reason_until_it_is_enabled()
    {
        var (eval, rule) = await RuleAsync(new { name = "live", delay_seconds = 0 }, new { type = "object", properties = new { ticket = new { type = "string" } }, required = new[] { "ticket" } });
        Log("fast", "yes");
        var path = $"/v1/evals/{eval}/online_rules/{rule}";
        await Eventually.TrueAsync(async _ => (await _host.Http.GetJsonAsync(path)).Text("status") == "paused", "the rule is paused", Deadline);
        var reason = (await _host.Http.GetJsonAsync(path)).GetProperty("pause_reason");
        Assert.Equal("run_failed", reason.Text("code"));
        Assert.Contains("ticket", reason.Text("message"), StringComparison.Ordinal);
        Assert.Equal("rule_id", (await _host.Http.PostAsJsonAsync($"{path}/backfill", new { from = 0 }).RefusedAsync()).Param);

        var resumed = JsonSerializer.Deserialize<JsonElement>(await (await _host.Http.PatchAsJsonAsync(path, new { enabled = true })).Content.ReadAsStringAsync());
        Assert.Equal(("enabled", JsonValueKind.Null), (resumed.Text("status"), resumed.GetProperty("pause_reason").ValueKind));
    }

    [Fact]
    public async Task Feedback_that_cannot_be_taken_now_is_sent_again_under_its_key_and_refused_feedback_pauses()
    {
        var tries = 0;
        _services.FeedbackStatus = _ => Interlocked.Increment(ref tries) <= 3 ? 503 : 200;
        var (eval, rule) = await RuleAsync(new { name = "live", delay_seconds = 0 });
        Log("fast", "yes");
        await SaidAsync(1);

        _services.FeedbackStatus = _ => 400;
        Log("fast", "yes");
        await Eventually.TrueAsync(
            async _ => (await _host.Http.GetJsonAsync($"/v1/evals/{eval}/online_rules/{rule}")).Text("status") == "paused", "the rule is paused", Deadline);
        // Once the metric is mended, the same is sent.
        _services.FeedbackStatus = _ => 200;
        await _host.Http.PatchAsJsonAsync($"/v1/evals/{eval}/online_rules/{rule}", new { enabled = true });
        await SaidAsync(2);
    }

    [Fact]
    public async Task A_rule_that_cannot_be_is_refused_and_another_projects_is_unknown()
    {
        var (eval, rule) = await RuleAsync(new { name = "live" });
        foreach (var (body, param) in new (object, string)[]
        {
            (new { name = "live" }, "name"),
            (new { name = "two words" }, "name"),
            (new { name = "x", rate = 1.5 }, "rate"),
            (new { name = "x", filter = new { colour = "red" } }, "filter.colour"),
            (new { name = "x", daily_budget = new { items = 0 } }, "daily_budget.items"),
            (new { name = "x", delay_seconds = -1 }, "delay_seconds"),
        })
        {
            var (status, _, refused) = await _host.Http.PostAsJsonAsync($"/v1/evals/{eval}/online_rules", body).RefusedAsync();
            Assert.Equal((HttpStatusCode.BadRequest, param), (status, refused));
        }

        var path = $"/v1/evals/{eval}/online_rules/{rule}";
        Assert.Equal("from", (await _host.Http.PostAsJsonAsync($"{path}/backfill", new { from = "soon" }).RefusedAsync()).Param);
        Assert.Equal("inference_ids[0]", (await _host.Http.PostAsJsonAsync($"{path}/dry_run", new { inference_ids = new[] { Guid.Empty } }).RefusedAsync()).Param);
        var stranger = _host.For("proj_b");
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(path)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.DeleteAsync(path)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.PostAsJsonAsync($"{path}/backfill", new { from = 0 })).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _host.Http.DeleteAsync(path)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _host.Http.GetAsync(path)).StatusCode);
    }

    [Fact]
    public async Task An_eval_is_deleted_while_its_rules_make_runs()
    {
        foreach (var round in Enumerable.Range(0, 5))
        {
            Log("fast", "yes");
            var (eval, _) = await RuleAsync(new { name = "rule_0", delay_seconds = 0 });
            foreach (var rule in Enumerable.Range(1, 7))
            {
                await _host.Http.PostJsonAsync($"/v1/evals/{eval}/online_rules", new { name = $"rule_{rule}", delay_seconds = 0 });
            }

            Log("fast", "yes");
            using var deleted = await _host.Http.DeleteAsync($"/v1/evals/{eval}");
            Assert.True(deleted.IsSuccessStatusCode, $"round {round}: {await deleted.Content.ReadAsStringAsync()}");
            Assert.Equal(HttpStatusCode.NotFound, (await _host.Http.GetAsync($"/v1/evals/{eval}")).StatusCode);
        }
    }

    private async Task<(string Eval, string Rule)> RuleAsync(object rule, object? schema = null)
    {
        var eval = await _host.CreateEvalAsync(
            new[] { new { type = "string_check", name = "equal", input = "{{ sample.output_text }}", reference = "yes", operation = "eq" } }, schema);
        return (eval, (await _host.Http.PostJsonAsync($"/v1/evals/{eval}/online_rules", rule)).Text("id"));
    }

    /// <summary>Puts a call into the log, behind those that are there.</summary>
    /// <returns>Its id.</returns>
    private string Log(string model, string answer, string purpose = "production", string team = "a", DateTimeOffset? created = null)
    {
        var time = created ?? TimeProvider.System.GetUtcNow();
        var id = $"0190a5e0-0000-7000-8000-{++_calls:x12}";
        _services.Calls[id] = JsonSerializer.Serialize(new
        {
            id,
            operation = "chat.completions",
            purpose,
            outcome = "completed",
            requested_model = model,
            model = $"test/{model}",
            finish_reason = "stop",
            key_id = "key_1",
            created_at = time.UtcDateTime,
            duration_ms = 12.5,
            bodies_kept = true,
            request_bytes = 100,
            response_bytes = 100,
            metadata = new { team },
            request = new { model, messages = new[] { new { role = "user", content = "is it?" } } },
            response = new { id = "chatcmpl-1", @object = "chat.completion", created = 1, model, choices = new[] { new { index = 0, message = new { role = "assistant", content = answer }, finish_reason = "stop" } } },
        });
        return id;
    }

    private Task SaidAsync(int count) => Eventually.TrueAsync(_ => Task.FromResult(_services.Feedback.Count == count), $"feedback of {count} calls", Deadline);

    /// <summary>The rule once it has looked at so many calls.</summary>
    private async Task<JsonElement> LookedAsync(string eval, string rule, int calls)
    {
        JsonElement view = default;
        await Eventually.TrueAsync(
            async _ =>
            {
                view = await _host.Http.GetJsonAsync($"/v1/evals/{eval}/online_rules/{rule}");
                var counts = view.GetProperty("counts");
                return counts.GetProperty("graded").GetInt32() + counts.GetProperty("skipped").EnumerateObject().Sum(skipped => skipped.Value.GetInt32()) == calls;
            },
            $"the rule looks at {calls} calls",
            Deadline);
        return view;
    }
}
