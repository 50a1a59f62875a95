using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.TestKit;

namespace LlmGateway.System.Tests;

/// <summary>The loop in one call: an application's name, its corrected traffic, and what people say of the answers are all that it takes.</summary>
public abstract class ImprovementTests : Scenario
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private readonly CorrectedRoute _route;

    protected ImprovementTests(RunningSystem gateway)
        : base(gateway) => _route = new CorrectedRoute(Http);

    [Fact]
    public async Task A_route_is_improved_from_its_traffic_to_a_promoted_model_and_the_application_changes_nothing()
    {
        var (train, test) = (BankingCalls.Read("train.csv"), BankingCalls.Read("test.csv"));
        await _route.BeginAsync(train);
        await Eventually.TrueAsync(_ => _route.HasStoredAsync(100), "the calls in the log", Patience);

        var improvement = (await _route.SendAsync(HttpMethod.Post, "/v1/improvements", _route.Improvement())).GetProperty("id").GetString()!;
        var ended = await PromoteAsync($"/v1/improvements/{improvement}", test);

        Assert.True(ended.TryGetProperty("outcome", out var outcome) && outcome.GetString() == "promoted", ended.ToString());
        Assert.All(ended.GetProperty("steps").EnumerateArray(), step => Assert.True(step.GetProperty("status").GetString() == "completed", step.ToString()));
        var model = ended.GetProperty("fine_tuned_model").GetString();
        foreach (var address in Gateway.Gateways)
        {
            var client = Gateway.ClientOf(address);
            await Eventually.TrueAsync(async _ => await AnswerAsync(client, "Someone stole my card") == "lost_or_stolen_card", "the new model to answer");
        }

        var shown = await GetAsync($"/v1/models/{model}");
        Assert.Equal("production", shown.GetProperty("stage").GetString());
        Assert.Equal("better", shown.GetProperty("evaluation").GetProperty("verdict").GetString());
        Assert.Equal(64, shown.GetProperty("dataset_hash").GetString()!.Split(':')[0].Length);
        var report = await Http.GetStringAsync($"/v1/improvements/{improvement}?format=markdown", Cancel);
        Assert.Contains("fine-tuning: +", report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_route_without_feedback_is_told_what_is_missing()
    {
        var improvement = (await _route.SendAsync(HttpMethod.Post, "/v1/improvements", new JsonObject
        {
            ["route"] = _route.Name,
            ["base_model"] = "local/chat",
            ["goal"] = new JsonObject { ["metric"] = _route.Metric },
        })).GetProperty("id").GetString()!;
        var ended = await AwaitAsync($"/v1/improvements/{improvement}", row => Task.FromResult(row.GetProperty("status").GetString() == "failed"));
        Assert.Equal("too_few_calls", ended.GetProperty("error").GetProperty("code").GetString());
        Assert.Contains("/v1/feedback", ended.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_waits_for_an_approval_keeps_its_times_and_what_was_cancelled_has_no_step_under_way()
    {
        await _route.BeginAsync(BankingCalls.Read("train.csv").Take(150));
        await Eventually.TrueAsync(_ => _route.HasStoredAsync(100), "the calls in the log", Patience);
        var asked = _route.Improvement();
        asked["goal"]!["metric"] = "nobody-says-this";
        var refused = await AwaitAsync(await StartAsync(asked), row => Task.FromResult(row.GetProperty("status").GetString() == "failed"));
        Assert.Equal("unknown_metric", refused.GetProperty("error").GetProperty("code").GetString());

        asked = _route.Improvement();
        asked["approve"] = "manual";
        var path = await StartAsync(asked);
        var waits = await AwaitAsync(path, row => Task.FromResult(row.GetProperty("status").GetString() == "waiting_for_approval"));
        var validated = Step(waits, "validate");
        Assert.Equal(("completed", "pending"), (validated.GetProperty("status").GetString(), Step(waits, "train").GetProperty("status").GetString()));
        await Eventually.TrueAsync(
            () => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() > validated.GetProperty("finished_at").GetInt64(), "the clock to show that it was approved later", cancellationToken: Cancel);
        await _route.SendAsync(HttpMethod.Post, $"{path}/approve", []);
        var trained = await AwaitAsync(path, row => Task.FromResult(Step(row, "train").GetProperty("status").GetString() == "completed"));
        Assert.Equal(validated.GetRawText(), Step(trained, "validate").GetRawText());

        var cancelled = await _route.SendAsync(HttpMethod.Post, $"{path}/cancel", []);
        Assert.DoesNotContain("running", cancelled.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("status").GetString()));
    }

    private async Task<string> StartAsync(JsonObject improvement) =>
        $"/v1/improvements/{(await _route.SendAsync(HttpMethod.Post, "/v1/improvements", improvement)).GetProperty("id").GetString()}";

    private static JsonElement Step(JsonElement improvement, string name) =>
        improvement.GetProperty("steps").EnumerateArray().Single(step => step.GetProperty("name").GetString() == name);

    /// <summary>Traffic with feedback, as long as the canary needs some.</summary>
    private Task<JsonElement> PromoteAsync(string path, List<(string Text, string Label)> questions) => AwaitAsync(path, async row =>
    {
        if (row.GetProperty("status").GetString() is "completed" or "failed")
        {
            return true;
        }

        if (row.TryGetProperty("experiment_id", out _))
        {
            await Parallel.ForEachAsync(questions.Take(40), Cancel, async (question, _) => await _route.AskAsync(question, corrects: false));
        }

        return false;
    });

    private async Task<JsonElement> AwaitAsync(string path, Func<JsonElement, Task<bool>> isEnd)
    {
        JsonElement row = default;
        try
        {
            await Eventually.TrueAsync(async _ => await isEnd(row = await GetAsync(path)), $"{path} to end", Patience);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"not ended: {row}");
        }

        return row;
    }

    private async Task<JsonElement> GetAsync(string path) => JsonElement.Parse(await Http.GetStringAsync(path, Cancel));

    private async Task<string?> AnswerAsync(HttpClient client, string question) =>
        (await PostAsync(client, "/v1/chat/completions", _route.Chat(question).ToJsonString()))
            .GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString();
}

[Collection<StandaloneShape>]
public sealed class ImprovementsInStandalone(StandaloneFixture fixture) : ImprovementTests(fixture.Gateway);

[Collection<ServicesShape>]
public sealed class ImprovementsInServices(ServicesFixture fixture) : ImprovementTests(fixture.Gateway);
